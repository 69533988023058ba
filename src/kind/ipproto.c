/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP protocols in words and in an attribute. */
#include "kind/ipproto.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/number.h"

/* ip only accepts decimal numbers. */
static bool read_number(const char *word, enum dialect dialect, uint32_t *number)
{
	if (dialect == DIALECT_IP && word[strspn(word, "0123456789")])
		return false;
	return number_read(word, DIALECT_OWN, number) && *number <= UINT8_MAX;
}

static int parse_ipproto(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *protocol = value;
	const char *word = parser_value(parser, field, error);
	const char *nearest;
	uint32_t number;

	if (!word)
		return -1;
	if (read_number(word, parser->dialect, &number) ||
		names_number(parser->names, NAMES_IP_PROTOCOLS, word, &number)) {
		protocol->given = true;
		protocol->value = (uint8_t)number;
		if (!number && parser->dialect == DIALECT_OWN && !parser->filter)
			return parser_refuse(
				parser, error, "the kernel ignores \"%s 0\"", field->word);
		return 0;
	}
	parser_refuse(parser, error,
		"\"%s\" is not an IP protocol: a name or a number from 0 to 255", word);
	nearest = names_nearest(parser->names, NAMES_IP_PROTOCOLS, word);
	return nearest ? error_hint(error, "did you mean \"%s\"?", nearest) : -1;
}

static void put_ipproto(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u8(message, field->attribute, ((const struct byte *)value)->value);
}

static void get_ipproto(struct message *message, const struct field *field, void *value)
{
	struct byte *protocol = value;
	const struct nlattr *attribute = message_attribute(message, field, 1);

	if (!attribute)
		return;
	protocol->given = true;
	protocol->value = mnl_attr_get_u8(attribute);
}

static void write_ipproto(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint8_t number = ((const struct byte *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = shown_name(view, NAMES_IP_PROTOCOLS, number);
	char text[16];

	snprintf(text, sizeof text, "ipproto-%u", number);
	if (name || view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, name ? name : text);
	else
		writer_number(writer, &label, number, NULL);
}

static bool same_ipproto(const void *a, const void *b)
{
	return ((const struct byte *)a)->value == ((const struct byte *)b)->value;
}

static void offer_protocol(uint32_t number, const char *name, void *argument)
{
	(void)number;
	completion_try(argument, name, NULL);
}

static void complete_ipproto(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_IP_PROTOCOLS, offer_protocol, completion);
}

const struct kind kind_ipproto = {
	.syntax = "PROTOCOL",
	.size = sizeof(struct byte),
	.parse = parse_ipproto,
	.put = put_ipproto,
	.get = get_ipproto,
	.write = write_ipproto,
	.same = same_ipproto,
	.fits = same_ipproto,
	.complete = complete_ipproto,
};
