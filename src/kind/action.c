/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In ip's dialect, actions have the names of route types, and the message has the number of the
 * type. */
#include "kind/action.h"

#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/received.h"
#include "kind/number.h"

static const struct choice own[] = {
	{"drop", "blackhole", FR_ACT_BLACKHOLE, false},
	{"reject", "unreachable", FR_ACT_UNREACHABLE, false},
	{"prohibit", NULL, FR_ACT_PROHIBIT, false},
	{"nop", NULL, FR_ACT_NOP, false},
	{NULL, NULL, 0, false},
};

/* Actions with names, in the order in which `ip` tries abbreviations; it has no words for the last
 * two. */
enum { WORDS_IP = 12 };
static const struct choice named[] = {
	{"nop", NULL, FR_ACT_NOP, false},
	{"local", NULL, RTN_LOCAL, true},
	{"broadcast", NULL, RTN_BROADCAST, false},
	{"brd", NULL, RTN_BROADCAST, true},
	{"anycast", NULL, RTN_ANYCAST, false},
	{"multicast", NULL, RTN_MULTICAST, false},
	{"prohibit", NULL, FR_ACT_PROHIBIT, false},
	{"reject", "unreachable", FR_ACT_UNREACHABLE, false},
	{"drop", "blackhole", FR_ACT_BLACKHOLE, false},
	{"xresolve", NULL, RTN_XRESOLVE, false},
	{"unicast", NULL, RTN_UNICAST, false},
	{"throw", NULL, RTN_THROW, true},
	{"nat", NULL, RTN_NAT, true},
	{"none", NULL, RTN_UNSPEC, true},
	{NULL, NULL, 0, false},
};

static bool read_action(const char *word, enum dialect dialect, uint8_t *value)
{
	const struct choice *choice = choice_find(named, word, dialect);
	uint32_t number;

	if (choice) {
		*value = choice->value;
		return true;
	}
	if (!number_read(word, dialect, &number) || number > UINT8_MAX)
		return false;
	*value = (uint8_t)number;
	return true;
}

static int refuse_action(struct parser *parser, const char *word, struct error *error)
{
	parser_refuse(parser, error, "\"%s\" is not an action", word);
	return error_hint(error,
		"a number from 0 to 255, drop, reject, prohibit, nop, or ip's name "
		"of a route type");
}

static int parse_action(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *action = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	action->given = true;
	if (parser->dialect == DIALECT_OWN && !strcmp(word, field->word)) {
		word = parser_value(parser, field, error);
		if (!word)
			return -1;
	}
	if (!read_action(word, parser->dialect, &action->value))
		return refuse_action(parser, word, error);
	if (parser->dialect == DIALECT_OWN &&
		(action->value == FR_ACT_TO_TBL || action->value == FR_ACT_GOTO)) {
		parser_refuse(parser, error, "this action has words of its own");
		return error_hint(error, "class CLASS, or goto PREF");
	}
	return 0;
}

static void put_action(struct nlmsghdr *message, const struct field *field, const void *value)
{
	*header_byte(message, field) = ((const struct byte *)value)->value;
}

static void get_action(struct message *message, const struct field *field, void *value)
{
	struct byte *action = value;

	action->given = true;
	action->value = message_header(message, field);
}

/* Writes route NAT without its address, by the name that `ip` used last. */
static void write_ip(struct writer *writer, const struct view *view, uint8_t value)
{
	static const struct label masquerade = {.word = "masquerade", .key = "masquerade"};
	static const struct label nop = {.word = "nop", .key = "nop"};
	static const struct label action = {.word = "", .key = "action"};
	const char *name = choice_word(named, value, DIALECT_IP);
	char text[8];

	if (value == RTN_NAT) {
		writer_string(writer, &masquerade, TINT_NONE, NULL);
		return;
	}
	if (value == FR_ACT_NOP) {
		writer_string(writer, &nop, TINT_NONE, NULL);
		return;
	}
	snprintf(text, sizeof text, "%u", value);
	writer_string(writer, &action, TINT_NONE, view->numeric || !name ? text : name);
}

static void write_action(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint8_t number = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = choice_word(own, number, DIALECT_OWN);

	if (view->dialect == DIALECT_IP) {
		write_ip(writer, view, number);
		return;
	}
	if (name) {
		writer_string(writer, &label, TINT_NONE, name);
		return;
	}
	label.word = field->word;
	name = choice_word(named, number, DIALECT_OWN);
	if (name)
		writer_string(writer, &label, TINT_NONE, name);
	else
		writer_number(writer, &label, number, NULL);
}

static bool same_action(const void *a, const void *b)
{
	return ((const struct byte *)a)->value == ((const struct byte *)b)->value;
}

/* In our own dialect, other actions need `action` before them. */
static const char *bare_action(const struct field *field, int index, enum dialect dialect)
{
	if (dialect == DIALECT_IP)
		return index < WORDS_IP ? choice_word_at(named, index, dialect) : NULL;
	return index ? choice_word_at(own, index - 1, dialect) : field->word;
}

const struct kind kind_action = {
	.syntax = "ACTION",
	.size = sizeof(struct byte),
	.parse = parse_action,
	.put = put_action,
	.get = get_action,
	.write = write_action,
	.same = same_action,
	.bare = bare_action,
};
