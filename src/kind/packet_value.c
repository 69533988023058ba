/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a single packet: host, port, flow label, IP protocol. */
#include "kind/packet_value.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "kind/byte.h"
#include "kind/number.h"
#include "kind/span.h"

enum {
	PORT_MOST = 65535,
	LABEL_MOST = 0xfffff,
	BYTE_MOST = 255,
	ENTRY_MAX = 1024, /* names of one protocol */
};

/* ---- hosts ---- */

/* For `ip` that is a packet to 0.0.0.0 or ::. */
static bool is_default(const char *word)
{
	return !strcmp(word, "default") || !strcmp(word, "any") || !strcmp(word, "all");
}

static int parse_host(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct address *address = value;
	const char *word = parser_value(parser, field, error);
	size_t length;
	const char *reason;

	if (!word)
		return -1;
	if (parser->dialect == DIALECT_IP && is_default(word)) {
		*address = (struct address){.given = true, .family = parser->family};
		return 0;
	}
	length = strcspn(word, parser->dialect == DIALECT_IP ? "/" : "");
	reason = address_read(
		word, length, parser->dialect, false, &address->family, address->bytes);
	if (reason && strchr(word, '/')) {
		parser_refuse(parser, error, "\"%s\" is not a single address", word);
		return error_hint(error, "a packet goes to a single host");
	}
	if (reason)
		return parser_refuse(parser, error, "\"%s\": %s", word, reason);
	address->given = true;
	return parser_settle(parser, address->family, error);
}

static void put_host(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct address *address = value;

	*header_byte(message, field) = (uint8_t)(address_size(address->family) * 8);
	mnl_attr_put(message, field->attribute, address_size(address->family), address->bytes);
}

const struct kind kind_host = {
	.syntax = "ADDR",
	.size = sizeof(struct address),
	.parse = parse_host,
	.put = put_host,
};

/* ---- numbers ---- */

static int parse_port(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *port = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!port_read(parser, word, &port->value) || port->value > PORT_MOST)
		return parser_refuse(parser, error, "\"%s\" is not a port", word);
	port->given = true;
	return 0;
}

static void put_port(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t port = ((const struct number *)value)->value;

	mnl_attr_put_u16(message, field->attribute, htons((uint16_t)port));
}

static int parse_user(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *user = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!user_read(parser, word, &user->value))
		return parser_refuse(parser, error, "there is no user \"%s\"", word);
	user->given = true;
	return 0;
}

static void put_user(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct number *)value)->value);
}

const struct kind kind_user = {
	.syntax = "UID",
	.size = sizeof(struct number),
	.parse = parse_user,
	.put = put_user,
};

const struct kind kind_port = {
	.syntax = "PORT",
	.size = sizeof(struct number),
	.parse = parse_port,
	.put = put_port,
};

static int parse_label(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *label = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &label->value) || label->value > LABEL_MOST)
		return parser_refuse(parser, error,
			"\"%s\" is not a flow label: a number up to %#x", word, LABEL_MOST);
	label->given = true;
	return 0;
}

static void put_label(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t label = ((const struct number *)value)->value;

	mnl_attr_put_u32(message, field->attribute, htonl(label));
}

const struct kind kind_flow_label = {
	.syntax = "LABEL",
	.size = sizeof(struct number),
	.parse = parse_label,
	.put = put_label,
};

/* ---- IP protocols ---- */

static int parse_transport(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct byte *protocol = value;
	const char *word = parser_value(parser, field, error);
	struct protoent entry;
	struct protoent *found = NULL;
	char memory[ENTRY_MAX];
	uint32_t number;

	if (!word)
		return -1;
	protocol->given = true;
	if (!number_read(word, parser->dialect, &number)) {
		getprotobyname_r(word, &entry, memory, sizeof memory, &found);
		number = found ? (uint32_t)found->p_proto : UINT32_MAX;
	}
	if (number > BYTE_MOST) {
		parser_refuse(parser, error, "\"%s\" is not an IP protocol", word);
		return error_hint(error, "a number up to 255, or a name: tcp, udp, icmp, ...");
	}
	protocol->value = (uint8_t)number;
	return 0;
}

static void put_transport(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u8(message, field->attribute, ((const struct byte *)value)->value);
}

const struct kind kind_transport = {
	.syntax = "PROTOCOL",
	.size = sizeof(struct byte),
	.parse = parse_transport,
	.put = put_transport,
};
