/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options: words for small numbers. `ip` writes no blank after them. */
#include "kind/option.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/number.h"

static void put_option(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u8(message, field->attribute, ((const struct byte *)value)->value);
}

static void get_option(struct message *message, const struct field *field, void *value)
{
	struct byte *byte = value;
	const struct nlattr *attribute = message_attribute(message, field, 1);

	byte->given = attribute != NULL;
	byte->value = attribute ? mnl_attr_get_u8(attribute) : 0;
}

static bool same_option(const void *a, const void *b)
{
	return ((const struct byte *)a)->value == ((const struct byte *)b)->value;
}

static int parse_option(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *byte = value;
	const char *word = parser_value(parser, field, error);
	uint32_t number;

	if (!word)
		return -1;
	byte->given = true;
	for (const struct choice *choice = field->choices; choice->word; choice++) {
		if (strcmp(word, choice->word) != 0)
			continue;
		byte->value = choice->value;
		return 0;
	}
	if (!number_read(word, parser->dialect, &number) || number > 255)
		return parser_refuse(parser, error, "\"%s\" takes %s, not \"%s\"",
			field_word(field, parser->dialect), field->kind->syntax, word);
	byte->value = (uint8_t)number;
	return 0;
}

static void write_option(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint8_t byte = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *word = choice_word(field->choices, byte, view->dialect);
	char number[8];
	char text[48];

	snprintf(number, sizeof number, "%u", byte);
	if (view->dialect == DIALECT_IP) {
		snprintf(text, sizeof text, "%s %s", label.word, word ? word : number);
		writer_aside(writer, text);
		label.word = NULL;
	}
	if (word)
		writer_string(writer, &label, TINT_NONE, word);
	else
		writer_number(writer, &label, byte, NULL);
}

static void complete_option(struct completion *completion, const struct field *field)
{
	for (const struct choice *choice = field->choices; choice->word; choice++)
		completion_try(completion, choice->word, NULL);
}

const struct kind kind_option = {
	.syntax = "low | medium | high",
	.size = sizeof(struct byte),
	.needs = MEMBER_CHOICES,
	.parse = parse_option,
	.put = put_option,
	.get = get_option,
	.write = write_option,
	.same = same_option,
	.fits = same_option, /* not given means 0 */
	.complete = complete_option,
};

/* ---- switches ---- */

static const char *const switch_words[] = {"disabled", "enabled"};

static int parse_switch(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *byte = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	for (uint8_t i = 0; i < 2; i++) {
		if (strcmp(word, switch_words[i]) != 0 &&
			(parser->dialect == DIALECT_OWN ||
				!word_abbreviates(word, switch_words[i])))
			continue;
		*byte = (struct byte){true, i};
		return 0;
	}
	return parser_refuse(parser, error, "\"%s\" takes %s, not \"%s\"",
		field_word(field, parser->dialect), field->kind->syntax, word);
}

/* `ip` shows the word with another spelling. */
static void write_switch(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	bool on = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	char text[48];

	if (view->dialect == DIALECT_OWN) {
		writer_string(writer, &label, TINT_NONE, switch_words[on]);
		return;
	}
	snprintf(text, sizeof text, "%s %s", label.key, switch_words[on]);
	writer_aside(writer, text);
	label.word = NULL;
	writer_literal(writer, &label, on ? "true" : "false", NULL);
}

static void complete_switch(struct completion *completion, const struct field *field)
{
	(void)field;
	for (int i = 0; i < 2; i++)
		completion_try(completion, switch_words[i], NULL);
}

static void get_switch(struct message *message, const struct field *field, void *value)
{
	struct byte *byte = value;

	get_option(message, field, value);
	byte->value = byte->value != 0;
}

const struct kind kind_switch = {
	.syntax = "enabled | disabled",
	.size = sizeof(struct byte),
	.parse = parse_switch,
	.put = put_option,
	.get = get_switch,
	.write = write_switch,
	.same = same_option,
	.complete = complete_switch,
};
