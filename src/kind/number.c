/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of 8, 32 and 64 bits. */
#include "kind/number.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/decimal.h"
#include "base/error.h"
#include "field/received.h"

/* As number_read(), for 64 bits. */
static bool number_read_wide(const char *text, enum dialect dialect, uint64_t *value)
{
	int base = dialect == DIALECT_IP ? 0 : 10;
	char *end;

	if (decimal_read(text, value))
		return true;
	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2))
		base = 16;
	if (dialect == DIALECT_OWN && (*text < '0' || *text > '9'))
		return false;
	errno = 0;
	*value = strtoull(text, &end, base);
	return *text && !*end && !errno;
}

bool number_read(const char *text, enum dialect dialect, uint32_t *value)
{
	uint64_t number;

	if (!number_read_wide(text, dialect, &number) || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static int parse_number(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *number = value;
	const struct range *range = field->range;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &number->value))
		return parser_refuse(
			parser, error, "\"%s\" is not a 32-bit number (0 to 4294967295)", word);
	if (range && (number->value < range->least || number->value > range->most))
		return parser_refuse(parser, error, "\"%s\" takes a number from %u to %u, not %s",
			field_word(field, parser->dialect), range->least, range->most, word);
	number->given = true;
	return 0;
}

static void put_number(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct number *number = value;

	mnl_attr_put_u32(message, field->attribute, number->value);
}

static void get_number(struct message *message, const struct field *field, void *value)
{
	struct number *number = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	number->given = true;
	number->value = mnl_attr_get_u32(attribute);
}

static void write_number(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct number *number = value;
	struct label label = field_label(field, view->dialect);

	writer_number(writer, &label, number->value, NULL);
}

static bool same_number(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

const struct kind kind_number = {
	.syntax = "N",
	.size = sizeof(struct number),
	.takes = MEMBER_RANGE,
	.parse = parse_number,
	.put = put_number,
	.get = get_number,
	.write = write_number,
	.same = same_number,
	.fits = same_number, /* not given means 0, which the kernel doesn't report: metric 0 */
};

/* ---- 8 bits ---- */

static int parse_octet(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	static const struct range range = {0, UINT8_MAX};
	struct field octet = *field;

	if (!octet.range)
		octet.range = &range;
	return parse_number(parser, &octet, value, error);
}

static void put_octet(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u8(message, field->attribute, (uint8_t)((const struct number *)value)->value);
}

static void get_octet(struct message *message, const struct field *field, void *value)
{
	struct number *number = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint8_t));

	if (!attribute)
		return;
	number->given = true;
	number->value = mnl_attr_get_u8(attribute);
}

const struct kind kind_octet = {
	.syntax = "N",
	.size = sizeof(struct number),
	.takes = MEMBER_RANGE,
	.parse = parse_octet,
	.put = put_octet,
	.get = get_octet,
	.write = write_number,
	.same = same_number,
	.fits = same_number,
};

/* ---- 64 bits ---- */

static int parse_wide(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct wide *wide = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!number_read_wide(word, parser->dialect, &wide->value))
		return parser_refuse(parser, error, "\"%s\" is not a 64-bit number", word);
	wide->given = true;
	return 0;
}

static void put_wide(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u64(message, field->attribute, htobe64(((const struct wide *)value)->value));
}

static void get_wide(struct message *message, const struct field *field, void *value)
{
	struct wide *wide = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint64_t));

	if (!attribute)
		return;
	wide->given = true;
	wide->value = be64toh(mnl_attr_get_u64(attribute));
}

static void write_wide(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	writer_number(writer, &label, ((const struct wide *)value)->value, NULL);
}

static bool same_wide(const void *a, const void *b)
{
	return ((const struct wide *)a)->value == ((const struct wide *)b)->value;
}

const struct kind kind_wide = {
	.syntax = "N",
	.size = sizeof(struct wide),
	.parse = parse_wide,
	.put = put_wide,
	.get = get_wide,
	.write = write_wide,
	.same = same_wide,
	.fits = same_wide,
};
