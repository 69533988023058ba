/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for rows and kinds: the words of rows, values in words. */
#include "field/field.h"

#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"

static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at && *at;) {
		size_t span = strcspn(at, " ");

		if (span == length && !memcmp(at, word, length))
			return true;
		at += span;
		at += strspn(at, " ");
	}
	return false;
}

bool field_has_word(const struct field *field, const char *word)
{
	return !strcmp(field->word, word) || list_has(field->synonyms, word) ||
	       (field->ip_word && !strcmp(field->ip_word, word));
}

const struct field *object_field(const struct object *object, const char *word)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if ((field->word && !strcmp(field->word, word)) || list_has(field->synonyms, word))
			return field;
	}
	return NULL;
}

bool field_shown_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

uint16_t field_members(const struct field *field)
{
	const struct {
		bool set;
		enum row_member member;
	} members[] = {
		{field->bits, MEMBER_BITS},
		{field->choices, MEMBER_CHOICES},
		{field->range, MEMBER_RANGE},
		{field->names, MEMBER_NAMES},
		{field->inner, MEMBER_INNER},
		{field->padding, MEMBER_PADDING},
		{field->reported, MEMBER_REPORTED},
		{field->address_family, MEMBER_ADDRESS_FAMILY},
		{field->unit, MEMBER_UNIT},
		{field->width, MEMBER_WIDTH},
		{field->ip_text, MEMBER_IP_TEXT},
		{field->ip_second_key, MEMBER_IP_SECOND_KEY},
		{field->stands_for, MEMBER_STANDS_FOR},
	};
	uint16_t found = 0;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (members[i].set)
			found |= members[i].member;
	return found;
}

uint16_t object_highest(const struct object *object, uint16_t nest)
{
	uint16_t highest = 0;

	for (int i = 0; i < object->count; i++) {
		const struct field *row = &object->fields[i];

		if (row->nest == nest && row->attribute > highest)
			highest = row->attribute;
		if (!nest && row->nest > highest)
			highest = row->nest;
		if (!nest && row->also > highest)
			highest = row->also;
	}
	return highest;
}

const char *field_word(const struct field *field, enum dialect dialect)
{
	return dialect == DIALECT_IP && field->ip_word ? field->ip_word : field->word;
}

struct label field_label(const struct field *field, enum dialect dialect)
{
	const char *word = field_word(field, dialect);
	struct label label = {.word = word, .key = word};

	if (dialect == DIALECT_IP && field->ip_key)
		label.key = field->ip_key;
	if (field->flags & (FIELD_POSITIONAL | FIELD_BARE))
		label.word = "";
	return label;
}

const char *parser_value(struct parser *parser, const struct field *field, struct error *error)
{
	const char *word = words_take(parser->words);

	if (!word) {
		error_at(error, parser->words, parser->words->count, "\"%s\" needs %s after it",
			field_word(field, parser->dialect), field->kind->syntax);
		if (field->help)
			error_hint(
				error, "%s: %s", field_word(field, parser->dialect), field->help);
	}
	return word;
}

bool parser_accept(struct parser *parser, const char *word)
{
	if (!words_accept(parser->words, word))
		return false;
	parser->value = parser->words->next;
	return true;
}

int parser_refuse(struct parser *parser, struct error *error, const char *format, ...)
{
	char message[sizeof error->message];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	return error_at(error, parser->words, parser->words->next - 1, "%s", message);
}

int parser_refuse_again(
	struct parser *parser, struct error *error, const char *word, const char *value)
{
	parser_refuse(parser, error, "\"%s\" is given twice", word);
	return error_fault(error, FAULT_TWICE, word, value);
}

static const char *family_name(uint8_t family)
{
	switch (family) {
	case AF_INET6:
		return "IPv6";
	case AF_MPLS:
		return "MPLS";
	case RTNL_FAMILY_IPMR:
	case RTNL_FAMILY_IP6MR:
		return "a multicast rule's";
	default:
		return "IPv4";
	}
}

int parser_settle(struct parser *parser, uint8_t family, struct error *error)
{
	if (parser->family == AF_UNSPEC) {
		parser->family = family;
		parser->family_word = parser->words->next - 1;
	}
	if (parser->family == family)
		return 0;
	parser_refuse(parser, error, "\"%s\" is %s, but the line is %s",
		parser->words->word[parser->words->next - 1], family_name(family),
		family_name(parser->family));
	if (parser->family_word >= 0)
		return error_hint(error, "\"%s\" made it %s",
			parser->words->word[parser->family_word], family_name(parser->family));
	return error_hint(
		error, "the option -%c decides that", parser->family == AF_INET6 ? '6' : '4');
}

uint8_t *header_byte(struct nlmsghdr *message, const struct field *field)
{
	return (uint8_t *)mnl_nlmsg_get_payload(message) + field->header;
}
