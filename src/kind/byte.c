/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of one byte: they have the same place in a message but are read in different ways. */
#include "kind/byte.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libmnl/libmnl.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/number.h"

static void put_byte(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint8_t byte = ((const struct byte *)value)->value;

	if (field->attribute)
		mnl_attr_put_u8(message, field->attribute, byte);
	else
		*header_byte(message, field) = byte;
}

/* A header byte of 0 means not given: tos 0, protocol unspec. But scope 0 is global, and is
 * given. */
static void get_byte(struct message *message, const struct field *field, void *value)
{
	struct byte *byte = value;
	const struct nlattr *attribute;

	if (field->attribute) {
		attribute = message_attribute(message, field, 1);
		byte->given = attribute != NULL;
		byte->value = attribute ? mnl_attr_get_u8(attribute) : 0;
	} else {
		byte->value = message_header(message, field);
		byte->given = byte->value || field->names || field->choices;
	}
}

static bool same_byte(const void *a, const void *b)
{
	return ((const struct byte *)a)->value == ((const struct byte *)b)->value;
}

const char *shown_name(const struct view *view, enum name_set set, uint32_t number)
{
	if (view->numeric)
		return NULL;
	return view->dialect == DIALECT_IP ? names_listed(view->names, set, number)
	                                   : names_name(view->names, set, number);
}

/* ---- tos ---- */

struct search {
	const char *word;
	uint32_t *number;
	bool found;
};

static void try_name(uint32_t number, const char *name, void *context)
{
	struct search *search = context;

	if (search->found || strcasecmp(name, search->word) != 0)
		return;
	*search->number = number;
	search->found = true;
}

bool dsfield_number(struct names *names, const char *word, uint32_t *number)
{
	struct search search = {.word = word, .number = number};

	names_all(names, NAMES_DSFIELD, try_name, &search);
	return search.found;
}

static int parse_tos(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *tos = value;
	const char *word = parser_value(parser, field, error);
	unsigned long number;
	uint32_t named;
	char *end;

	if (!word)
		return -1;
	tos->given = true;
	if (names_number(parser->names, NAMES_DSFIELD, word, &named)) {
		tos->value = (uint8_t)named;
		return 0;
	}
	number = strtoul(word, &end, 16);
	if (!*word || *end || number > 255) {
		if (parser->dialect == DIALECT_OWN && dsfield_number(parser->names, word, &named)) {
			tos->value = (uint8_t)named;
			return 0;
		}
		parser_refuse(parser, error, "\"%s\" is not a TOS", word);
		return error_hint(
			error, "two hexadecimal digits, as in 10 or 0x10, or a name in rt_dsfield");
	}
	tos->value = (uint8_t)number;
	return 0;
}

static void write_tos(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint8_t tos = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = view->columns ? NULL : shown_name(view, NAMES_DSFIELD, tos);
	char text[8];

	snprintf(text, sizeof text, view->columns ? "%02x" : "0x%02x", tos);
	if (view->dialect == DIALECT_IP && field->attribute)
		writer_number(writer, &label, tos, NULL);
	else if (view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, name ? name : text);
	else
		writer_number(writer, &label, tos, name ? name : text);
}

static void offer_name(uint32_t number, const char *name, void *argument)
{
	(void)number;
	completion_try(argument, name, NULL);
}

static void complete_tos(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_DSFIELD, offer_name, completion);
}

static void get_tos(struct message *message, const struct field *field, void *value)
{
	struct byte *tos = value;

	get_byte(message, field, value);
	tos->given = field->attribute ? tos->given : tos->value != 0;
}

const struct kind kind_tos = {
	.syntax = "TOS",
	.size = sizeof(struct byte),
	.parse = parse_tos,
	.put = put_byte,
	.get = get_tos,
	.write = write_tos,
	.same = same_byte,
	.fits = same_byte, /* none is 0 */
	.complete = complete_tos,
};

/* ---- named numbers ---- */

static int parse_name(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	enum name_set set = field->names;
	struct byte *byte = value;
	const char *word = parser_value(parser, field, error);
	const char *nearest;
	uint32_t number;

	if (!word)
		return -1;
	*byte = (struct byte){.given = false};
	if (parser->filter && !strcmp(word, "all"))
		return 0;
	if (names_number(parser->names, set, word, &number) ||
		(number_read(word, parser->dialect, &number) && number < 256)) {
		byte->given = true;
		byte->value = (uint8_t)number;
		return 0;
	}
	parser_refuse(parser, error, "\"%s\" is not a %s: a name or a number from 0 to 255", word,
		field_word(field, parser->dialect));
	nearest = names_nearest(parser->names, set, word);
	return nearest ? error_hint(error, "did you mean \"%s\"?", nearest) : -1;
}

static void write_name(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	enum name_set set = field->names;
	uint8_t byte = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = shown_name(view, set, byte);
	char text[DECIMAL_TEXT_MAX];

	decimal_text(byte, text);
	if (name || view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, name ? name : text);
	else
		writer_number(writer, &label, byte, NULL);
}

static void complete_name(struct completion *completion, const struct field *field)
{
	enum name_set set = field->names;

	names_all(completion->names, set, offer_name, completion);
}

/* The word of another row fills it. */
bool owner_shown(const struct field *field, const void *record, const struct view *view)
{
	return field_given(field, record) && !view->details;
}

const struct kind kind_owner = {
	.syntax = "NAME",
	.size = sizeof(struct byte),
	.needs = MEMBER_NAMES,
	.write = write_name,
	.same = same_byte,
};

const struct kind kind_name = {
	.syntax = "NAME",
	.size = sizeof(struct byte),
	.needs = MEMBER_NAMES,
	.parse = parse_name,
	.put = put_byte,
	.get = get_byte,
	.write = write_name,
	.same = same_byte,
	.fits = same_byte, /* none is 0: unspec, global */
	.complete = complete_name,
};

/* ---- choices ---- */

const char *choice_word(const struct choice *choices, uint8_t value, enum dialect dialect)
{
	for (; choices->word || choices->ip_word; choices++)
		if (choices->value == value)
			return dialect == DIALECT_IP && choices->ip_word ? choices->ip_word
			                                                 : choices->word;
	return NULL;
}

static bool choice_fits(const struct choice *choice, const char *word, enum dialect dialect)
{
	const char *ip_word = choice->ip_word ? choice->ip_word : choice->word;

	if (dialect == DIALECT_IP)
		return !strcmp(word, ip_word) ||
		       (!choice->whole && word_abbreviates(word, ip_word));
	return (choice->word && !strcmp(word, choice->word)) || !strcmp(word, ip_word);
}

const struct choice *choice_find(
	const struct choice *choices, const char *word, enum dialect dialect)
{
	for (; choices->word || choices->ip_word; choices++)
		if (choice_fits(choices, word, dialect))
			return choices;
	return NULL;
}

static int parse_choice(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *byte = value;
	const char *word = words_take(parser->words);
	const struct choice *choice;
	uint32_t number;

	if (!word)
		return error_at(error, parser->words, parser->words->count,
			"\"%s\" needs a word after it", field->word);
	byte->given = true;
	choice = choice_find(field->choices, word, parser->dialect);
	if (choice) {
		byte->value = choice->value;
		return 0;
	}
	if (!number_read(word, parser->dialect, &number) || number > 255)
		return parser_refuse(parser, error, "\"%s\" is not a %s", word, field->word);
	byte->value = (uint8_t)number;
	return 0;
}

static void write_choice(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint8_t byte = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *word = view->numeric && view->dialect == DIALECT_IP
	                           ? NULL
	                           : choice_word(field->choices, byte, view->dialect);
	char text[DECIMAL_TEXT_MAX];

	decimal_text(byte, text);
	if (!word && view->dialect == DIALECT_OWN) {
		word = choice_word(field->choices, byte, DIALECT_IP);
		label.word = field->word;
	}
	writer_string(writer, &label, TINT_NONE, word ? word : text);
}

const char *choice_word_at(const struct choice *choices, int index, enum dialect dialect)
{
	for (const struct choice *choice = choices; choice->word || choice->ip_word; choice++) {
		if (dialect == DIALECT_OWN && !choice->word)
			continue;
		if (dialect == DIALECT_IP) {
			if (!index--)
				return choice->ip_word ? choice->ip_word : choice->word;
			continue;
		}
		if (!index--)
			return choice->word;
		if (choice->ip_word && !index--)
			return choice->ip_word;
	}
	return NULL;
}

static const char *bare_choice(const struct field *field, int index, enum dialect dialect)
{
	return choice_word_at(field->choices, index, dialect);
}

const struct kind kind_choice = {
	.syntax = "",
	.size = sizeof(struct byte),
	.needs = MEMBER_CHOICES,
	.parse = parse_choice,
	.put = put_byte,
	.get = get_byte,
	.write = write_choice,
	.same = same_byte,
	.bare = bare_choice,
};
