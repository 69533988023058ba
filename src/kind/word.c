/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that stand for numbers. */
#include "kind/word.h"

#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/nearest.h"
#include "field/received.h"
#include "field/walk.h"

static int refuse_word(
	struct parser *parser, const struct field *field, const char *word, struct error *error)
{
	struct nearest nearest = {0};
	struct buffer all = {0};

	for (const struct choice *choice = field->choices; choice->word; choice++) {
		buffer_format(&all, "%s%s", all.length ? ", " : "", choice->word);
		nearest_try(&nearest, word, choice->word);
	}
	parser_refuse(parser, error, "\"%s\" is not a valid %s", word, field->word);
	if (nearest.word)
		error_hint(error, "did you mean \"%s\"?", nearest.word);
	else
		error_hint(error, "one of %s", buffer_text(&all));
	buffer_free(&all);
	return -1;
}

static int parse_word(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *number = value;
	const char *word = parser_value(parser, field, error);
	uint32_t most = field->width == 4 ? UINT32_MAX : UINT8_MAX;

	if (!word)
		return -1;
	number->given = true;
	for (const struct choice *choice = field->choices; choice->word; choice++) {
		if (strcmp(word, choice->word) != 0)
			continue;
		number->value = choice->value;
		return 0;
	}
	/* Values of a newer kernel can be read, too. */
	if (parser->dialect == DIALECT_OWN && number_read(word, parser->dialect, &number->value) &&
		number->value <= most)
		return 0;
	return refuse_word(parser, field, word, error);
}

static void put_word(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t number = ((const struct number *)value)->value;

	if (field->width == 4)
		mnl_attr_put_u32(message, field->attribute, number);
	else
		mnl_attr_put_u8(message, field->attribute, (uint8_t)number);
}

static void get_word(struct message *message, const struct field *field, void *value)
{
	struct number *number = value;
	const struct nlattr *attribute =
		message_attribute(message, field, field->width == 4 ? 4 : 1);

	if (!attribute)
		return;
	number->given = true;
	number->value =
		field->width == 4 ? mnl_attr_get_u32(attribute) : mnl_attr_get_u8(attribute);
}

static void write_word(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t number = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *word = number <= UINT8_MAX
	                           ? choice_word(field->choices, (uint8_t)number, view->dialect)
	                           : NULL;

	if (word)
		writer_string(writer, &label, TINT_NONE, word);
	else if (view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, "<unknown>");
	else
		writer_number(writer, &label, number, NULL);
}

static bool same_word(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

static void complete_word(struct completion *completion, const struct field *field)
{
	for (const struct choice *choice = field->choices; choice->word; choice++)
		completion_try(completion, choice->word, NULL);
}

const struct kind kind_word = {
	.syntax = "WORD",
	.size = sizeof(struct number),
	.needs = MEMBER_CHOICES,
	.takes = MEMBER_WIDTH,
	.parse = parse_word,
	.put = put_word,
	.get = get_word,
	.write = write_word,
	.same = same_word,
	.complete = complete_word,
};
