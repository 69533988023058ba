/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shown in place of an own record that is gone. */
#include "kind/gone.h"

#include "base/error.h"
#include "base/words.h"
#include "kind/flag.h"

static int parse_gone(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	(void)field;
	(void)value;
	error_at(error, parser->words, parser->words->next - 1,
		"\"gone\" is part of what a listing says");
	return error_hint(error, "give the record again, as in gw ADDR dev DEV");
}

static void write_gone(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	(void)field;
	(void)value;
	if (view->columns)
		writer_literal(writer, &(struct label){.word = "", .key = "own"}, "",
			"own (gone with its device, address or nexthop)");
	else
		writer_literal(writer, &(struct label){.word = "own"}, "",
			"(gone with its device, address or nexthop)");
	writer_flag(writer, &(struct label){.key = "gone"});
}

static bool same_gone(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

const struct kind kind_gone = {
	.syntax = "",
	.size = sizeof(struct flag),
	.parse = parse_gone,
	.write = write_gone,
	.same = same_gone,
};
