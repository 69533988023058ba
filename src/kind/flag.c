/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Header flags. */
#include "kind/flag.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"

static int parse_flag(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	(void)parser;
	(void)field;
	(void)error;
	((struct flag *)value)->given = true;
	return 0;
}

static void put_flag(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t flags;

	(void)value;
	if (field->attribute) {
		mnl_attr_put_u8(message, field->attribute, 1);
		return;
	}
	memcpy(&flags, header_byte(message, field), sizeof flags);
	flags |= field->bits;
	memcpy(header_byte(message, field), &flags, sizeof flags);
}

static void get_flag(struct message *message, const struct field *field, void *value)
{
	struct flag *flag = value;
	const struct nlattr *attribute;
	uint32_t flags;

	if (field->attribute) {
		attribute = message_attribute(message, field, 1);
		flag->given = attribute && mnl_attr_get_u8(attribute);
		return;
	}
	memcpy(&flags, message->family_header + field->header, sizeof flags);
	flag->given = flags & field->bits;
}

static void write_flag(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	(void)value;
	if (view->dialect == DIALECT_OWN || !field->ip_text) {
		writer_flag(writer, &label);
		return;
	}
	label.word = field->ip_text;
	writer_string(writer, &label, TINT_NONE, NULL);
}

static bool same_flag(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

const struct kind kind_flag = {
	.syntax = "",
	.size = sizeof(struct flag),
	.takes = MEMBER_BITS | MEMBER_IP_TEXT,
	.parse = parse_flag,
	.put = put_flag,
	.get = get_flag,
	.write = write_flag,
	.same = same_flag,
};

const struct kind kind_flag_apart = {
	.syntax = "",
	.size = sizeof(struct flag),
	.parse = parse_flag,
	.write = write_flag,
	.same = same_flag,
};
