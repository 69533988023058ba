/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that each stand for a bit. */
#include "kind/bits.h"

#include <arpa/inet.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"

static uint16_t bit_of(const struct field *field, const char *word)
{
	for (const struct choice *choice = field->choices; choice->word; choice++)
		if (!strcmp(word, choice->word))
			return choice->value;
	return 0;
}

static int parse_bits(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct bits *bits = value;
	const char *word = words_take(parser->words);
	uint16_t bit = bit_of(field, word);

	if (bits->value & bit)
		return parser_refuse_again(parser, error, word, word);
	bits->given = true;
	bits->value |= bit;
	return 0;
}

static void put_bits(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u16(message, field->attribute, htons(((const struct bits *)value)->value));
}

static void get_bits(struct message *message, const struct field *field, void *value)
{
	struct bits *bits = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint16_t));
	uint16_t known = 0;

	if (!attribute)
		return;
	for (const struct choice *choice = field->choices; choice->word; choice++)
		known |= choice->value;
	bits->value = ntohs(mnl_attr_get_u16(attribute)) & known;
	bits->given = bits->value != 0;
}

static void write_bits(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	(void)view;
	for (const struct choice *choice = field->choices; choice->word; choice++) {
		struct label label = {.word = choice->word, .key = choice->word};

		if (((const struct bits *)value)->value & choice->value)
			writer_flag(writer, &label);
	}
}

static bool same_bits(const void *a, const void *b)
{
	return ((const struct bits *)a)->value == ((const struct bits *)b)->value;
}

static const char *bare_bits(const struct field *field, int index, enum dialect dialect)
{
	const struct choice *choices = field->choices;

	(void)dialect;
	for (int i = 0; choices[i].word; i++)
		if (i == index)
			return choices[i].word;
	return NULL;
}

static bool goes_on_bits(const struct parser *parser, const struct field *field, const char *word)
{
	(void)parser;
	return bit_of(field, word) != 0;
}

const struct kind kind_bits = {
	.syntax = "",
	.size = sizeof(struct bits),
	.needs = MEMBER_CHOICES,
	.parse = parse_bits,
	.put = put_bits,
	.get = get_bits,
	.write = write_bits,
	.same = same_bits,
	.bare = bare_bits,
	.goes_on = goes_on_bits,
};
