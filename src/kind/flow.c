/* Hosts, ports, flow labels, IP protocols: what a single packet has of each. */
#include "kind/flow.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/byte.h"
#include "kind/number.h"

enum {
	PORT_MOST = 65535,
	LABEL_MOST = 0xfffff,
	BYTE_MOST = 255,
	ENTRY_MAX = 1024, /* of one protocol and its aliases */
};

/* ---- hosts ---- */

static int parse_host(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct address *address = value;
	const char *word = parser_value(parser, field, error);
	size_t length;
	const char *reason;

	if (!word)
		return -1;
	length = strcspn(word, parser->dialect == DIALECT_IP ? "/" : "");
	reason = address_read(
		word, length, parser->dialect, false, &address->family, address->bytes);
	if (reason && strchr(word, '/')) {
		parser_refuse(parser, error, "\"%s\" is not one address", word);
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

static int read_number(struct parser *parser, const struct field *field, struct number *number,
	uint32_t most, struct error *error)
{
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &number->value) || number->value > most)
		return parser_refuse(parser, error, "\"%s\" takes a number up to %u, not \"%s\"",
			field_word(field, parser->dialect), most, word);
	number->given = true;
	return 0;
}

static int parse_port(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return read_number(parser, field, value, PORT_MOST, error);
}

static void put_port(struct nlmsghdr *message, const struct field *field, const void *value)
{
	uint32_t port = ((const struct number *)value)->value;

	mnl_attr_put_u16(message, field->attribute, htons((uint16_t)port));
}

const struct kind kind_port = {
	.syntax = "PORT",
	.size = sizeof(struct number),
	.parse = parse_port,
	.put = put_port,
};

static int parse_label(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return read_number(parser, field, value, LABEL_MOST, error);
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
		parser_refuse(parser, error, "\"%s\" is no IP protocol", word);
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
