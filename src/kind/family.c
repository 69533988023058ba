/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Families that an address can't decide. */
#include "kind/family.h"

#include <string.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"

static const struct choice families[] = {
	{"ipmr", NULL, RTNL_FAMILY_IPMR, true},
	{"ip6mr", NULL, RTNL_FAMILY_IP6MR, true},
	{NULL, NULL, 0, true},
};

bool family_is_multicast(uint8_t family)
{
	return family == RTNL_FAMILY_IPMR || family == RTNL_FAMILY_IP6MR;
}

static int refuse_family(struct parser *parser, const char *word, struct error *error)
{
	if (word)
		parser_refuse(parser, error, "\"%s\" is not a family of multicast rules", word);
	else
		error_at(error, parser->words, parser->words->count,
			"\"family\" needs a family after it");
	return error_hint(
		error, "ipmr or ip6mr; the options -4 and -6 say the family of other rules");
}

static int parse_family(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *family = value;
	const char *word = words_take(parser->words);
	const struct choice *choice = families;

	(void)field;
	while (word && choice->word && strcmp(word, choice->word) != 0)
		choice++;
	if (!word || !choice->word)
		return refuse_family(parser, word, error);
	family->given = true;
	family->value = choice->value;
	return parser_settle(parser, choice->value, error);
}

/* The header already has the record's family. */
static void put_family(struct nlmsghdr *message, const struct field *field, const void *value)
{
	(void)message;
	(void)field;
	(void)value;
}

static void get_family(struct message *message, const struct field *field, void *value)
{
	struct byte *family = value;

	family->value = message_header(message, field);
	family->given = family_is_multicast(family->value);
}

static void write_family(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	writer_string(writer, &label, TINT_NONE,
		choice_word(families, ((const struct byte *)value)->value, view->dialect));
}

static bool same_family(const void *a, const void *b)
{
	return ((const struct byte *)a)->value == ((const struct byte *)b)->value;
}

static const char *bare_family(const struct field *field, int index, enum dialect dialect)
{
	(void)field;
	(void)dialect;
	return families[index].word;
}

const struct kind kind_family = {
	.syntax = "",
	.size = sizeof(struct byte),
	.parse = parse_family,
	.put = put_family,
	.get = get_family,
	.write = write_family,
	.same = same_family,
	.bare = bare_family,
};
