/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device names in rules. */
#include "kind/ifname.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "kind/device.h"

/* A rule of another program may have any name, because the kernel checks none. A listed name must
 * be readable. */
static bool is_possible(const struct parser *parser, const char *word)
{
	if (!*word || strlen(word) >= sizeof((struct ifname *)0)->name)
		return false;
	if (parser->dialect == DIALECT_OWN && (parser->filter || parser->listed))
		return true;
	return !strpbrk(word, "/ \t") && strcmp(word, ".") && strcmp(word, "..");
}

static int parse_ifname(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct ifname *ifname = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!is_possible(parser, word))
		return parser_refuse(parser, error,
			"\"%s\" cannot be the name of a device: 1 to 15 characters, no blank, no "
			"'/'",
			word);
	memset(ifname->name, 0, sizeof ifname->name);
	memcpy(ifname->name, word, strlen(word));
	ifname->given = true;
	return 0;
}

static void put_ifname(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_strz(message, field->attribute, ((const struct ifname *)value)->name);
}

static void get_ifname(struct message *message, const struct field *field, void *value)
{
	struct ifname *ifname = value;
	const struct nlattr *attribute = message_attribute(message, field, 1);
	size_t length;

	if (!attribute)
		return;
	length = mnl_attr_get_payload_len(attribute);
	if (length > sizeof ifname->name - 1)
		length = sizeof ifname->name - 1;
	ifname->given = true;
	memcpy(ifname->name, mnl_attr_get_payload(attribute), length);
	ifname->name[sizeof ifname->name - 1] = '\0';
}

static void write_ifname(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	writer_string(writer, &label, TINT_DEVICE, ((const struct ifname *)value)->name);
}

static bool same_ifname(const void *a, const void *b)
{
	return !strcmp(((const struct ifname *)a)->name, ((const struct ifname *)b)->name);
}

const struct kind kind_ifname = {
	.syntax = "DEV",
	.size = sizeof(struct ifname),
	.parse = parse_ifname,
	.put = put_ifname,
	.get = get_ifname,
	.write = write_ifname,
	.same = same_ifname,
	.complete = device_complete,
};
