/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes below 256 are in the header, others in an attribute (linux/rtnetlink.h, RTA_TABLE and
 * FRA_TABLE). */
#include "kind/class.h"

#include <string.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/byte.h"
#include "names/names.h"

static int refuse_class(struct parser *parser, const char *word, struct error *error)
{
	const char *nearest = names_nearest(parser->names, NAMES_TABLES, word);

	parser_refuse(parser, error, "there is no class \"%s\"", word);
	if (nearest)
		return error_hint(error, "did you mean \"%s\"?", nearest);
	return error_hint(error, "a class is a number from 1 to 4294967295, or a name in "
				 "/etc/iproute2/rt_tables");
}

static int parse_class(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *class = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	class->given = true;
	/* Class 0 selects every class. */
	if (parser->filter && parser->dialect == DIALECT_OWN && !strcmp(word, "all"))
		return 0;
	if (!names_number(parser->names, NAMES_TABLES, word, &class->value) &&
		!number_read(word, parser->dialect, &class->value))
		return refuse_class(parser, word, error);
	if (!class->value && parser->dialect == DIALECT_OWN)
		return parser_refuse(parser, error, "class %s stands for \"no class given\"", word);
	return 0;
}

static void put_class(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t number = ((const struct number *)value)->value;

	if (number < 256 && field->header)
		*header_byte(message, field) = (uint8_t)number;
	else
		mnl_attr_put_u32(message, field->attribute, number);
}

static void get_class(struct message *message, const struct field *field, void *value)
{
	struct number *class = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	class->value = attribute       ? mnl_attr_get_u32(attribute)
	               : field->header ? message_header(message, field)
	                               : 0;
	class->given = class->value != 0;
}

const char *class_name(const struct view *view, uint32_t number, char spare[DECIMAL_TEXT_MAX])
{
	const char *name = shown_name(view, NAMES_TABLES, number);

	if (name)
		return name;
	decimal_text(number, spare);
	return spare;
}

static void write_class(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t number = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	char spare[DECIMAL_TEXT_MAX];
	const char *text = class_name(view, number, spare);

	if (view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, text);
	else
		writer_number(writer, &label, number, view->columns ? NULL : text);
}

static void offer_class(uint32_t number, const char *name, void *argument)
{
	char help[32];

	snprintf(help, sizeof help, "class %u", number);
	completion_try(argument, name, help);
}

static void complete_class(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_TABLES, offer_class, completion);
}

static bool same_class(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

/* `class all` */
static bool fits_class(const void *value, const void *wanted)
{
	return !((const struct number *)wanted)->value || same_class(value, wanted);
}

const struct kind kind_class = {
	.syntax = "CLASS",
	.size = sizeof(struct number),
	.parse = parse_class,
	.put = put_class,
	.get = get_class,
	.write = write_class,
	.same = same_class,
	.fits = fits_class,
	.complete = complete_class,
};

/* In ip's dialect `default` means no VRF, unless a device has that name. */
static int parse_vrf(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *class = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	class->value = names_device_class(parser->names, word);
	if (!class->value && parser->dialect == DIALECT_IP && !strcmp(word, "default") &&
		!names_device_index(parser->names, word))
		class->value = RT_TABLE_MAIN;
	class->given = class->value;
	if (class->given)
		return 0;
	parser_refuse(parser, error, "there is no VRF \"%s\"", word);
	error->status = STATUS_REFUSED;
	return error_hint(error, "`ip vrf` lists them");
}

const struct kind kind_vrf = {
	.syntax = "NAME",
	.size = sizeof(struct number),
	.parse = parse_vrf,
	.same = same_class,
	.fits = fits_class,
};
