/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flow labels: the low 20 bits of a 32-bit number in network byte order, and a mask. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "kind/mark.h"

enum { FLOWLABEL_MOST = 0xfffff };

static int parse_flowlabel(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct mark *label = value;
	const char *word = parser_value(parser, field, error);
	uint32_t most = parser->dialect == DIALECT_OWN ? FLOWLABEL_MOST : UINT32_MAX;

	if (!word)
		return -1;
	label->given = true;
	label->mask = FLOWLABEL_MOST;
	if (!mark_read(word, parser->dialect, &label->value, &label->mask) || label->value > most ||
		label->mask > most) {
		parser_refuse(parser, error, "\"%s\" is not a flow label", word);
		return error_hint(error, "LABEL or LABEL/MASK, each up to 0xfffff");
	}
	if (parser->dialect == DIALECT_IP)
		return 0;
	if (parser_settle(parser, AF_INET6, error))
		return -1;
	return mark_check(parser, "the flow label", label->value, label->mask, error);
}

static void put_flowlabel(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct mark *label = value;

	mnl_attr_put_u32(message, field->attribute, htonl(label->value));
	mnl_attr_put_u32(message, field->also, htonl(label->mask));
}

static void get_flowlabel(struct message *message, const struct field *field, void *value)
{
	struct mark *label = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));
	const struct nlattr *mask = message_also(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	label->given = true;
	label->has_mask = mask != NULL;
	label->value = ntohl(mnl_attr_get_u32(attribute));
	label->mask = mask ? ntohl(mnl_attr_get_u32(mask)) : FLOWLABEL_MOST;
}

static void write_flowlabel(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct mark *label = value;
	struct label labels = field_label(field, view->dialect);
	bool masked = label->mask != FLOWLABEL_MOST;
	char bits[16];
	char mask[16];
	char text[32];

	snprintf(bits, sizeof bits, "%#x", label->value);
	snprintf(mask, sizeof mask, "%#x", label->mask);
	snprintf(text, sizeof text, masked ? "%s/%s" : "%s", bits, mask);
	if (view->dialect == DIALECT_IP)
		mark_write_ip(writer, field, text, bits, mask);
	else if (masked)
		writer_string(writer, &labels, TINT_NONE, text);
	else
		writer_number(writer, &labels, label->value, text);
}

static bool same_flowlabel(const void *a, const void *b)
{
	const struct mark *left = a;
	const struct mark *right = b;

	return left->value == right->value && left->mask == right->mask;
}

const struct kind kind_flowlabel = {
	.syntax = "LABEL[/MASK]",
	.size = sizeof(struct mark),
	.needs = MEMBER_IP_SECOND_KEY,
	.parse = parse_flowlabel,
	.put = put_flowlabel,
	.get = get_flowlabel,
	.write = write_flowlabel,
	.same = same_flowlabel,
};
