/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a record's nftables part. */
#include "kind/nft_part.h"

#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"

static const char *const states[] = {
	[PART_MISSING] = "missing",
	[PART_UNREADABLE] = "unreadable",
};

static int parse_part(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct part *part = value;

	(void)field;
	if (words_accept(parser->words, "part"))
		for (int state = PART_MISSING; state <= PART_UNREADABLE; state++) {
			if (!words_accept(parser->words, states[state]))
				continue;
			*part = (struct part){true, (uint8_t)state};
			return 0;
		}
	error_at(error, parser->words, parser->words->next,
		"\"nft\" is part of what a listing says");
	return error_hint(error, "nft part missing, or nft part unreadable");
}

static void write_part(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct part *part = value;
	struct label label = field_label(field, view->dialect);
	char word[32];
	char json[40];

	/* A value with a blank would be quoted. */
	snprintf(word, sizeof word, "%s part", label.word);
	snprintf(json, sizeof json, "\"part %s\"", states[part->state]);
	label.word = word;
	writer_literal(writer, &label, json, states[part->state]);
}

static bool same_part(const void *a, const void *b)
{
	return ((const struct part *)a)->state == ((const struct part *)b)->state;
}

static void complete_part(struct completion *completion, const struct field *field)
{
	(void)field;
	completion_try(completion, "part", NULL);
}

const struct kind kind_part = {
	.syntax = "",
	.size = sizeof(struct part),
	.parse = parse_part,
	.write = write_part,
	.same = same_part,
	.complete = complete_part,
};
