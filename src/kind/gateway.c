/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gateways in words and in RTA_GATEWAY or RTA_VIA. */
#include "kind/gateway.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/address.h"

enum { LINK_ADDRESS_SIZE = 6 };

static const struct {
	const char *word;
	uint8_t family;
} families[] = {
	{"inet", AF_INET},
	{"inet6", AF_INET6},
	{"link", AF_PACKET},
};

static uint8_t family_number(const char *word)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (!strcmp(word, families[i].word))
			return families[i].family;
	return AF_UNSPEC;
}

static const char *family_word(uint8_t family)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (families[i].family == family)
			return families[i].word;
	return "unknown";
}

/* 02:00:00:00:00:01 */
static const char *read_link(const char *word, struct gateway *gateway)
{
	gateway->length = 0;
	for (;; word++) {
		char *end;
		unsigned long byte = strtoul(word, &end, 16);

		if (end == word || end > word + 2 || gateway->length == LINK_ADDRESS_SIZE)
			return "not a link address of six bytes, as in 02:00:00:00:00:01";
		gateway->bytes[gateway->length++] = (uint8_t)byte;
		word = end;
		if (!*word && gateway->length == LINK_ADDRESS_SIZE)
			return NULL;
		if (*word != ':')
			return "not a link address of six bytes, as in 02:00:00:00:00:01";
	}
}

static const char *read_gateway(
	struct parser *parser, const char *word, uint8_t family, struct gateway *gateway)
{
	const char *reason;

	gateway->family = family;
	if (family == AF_PACKET)
		return read_link(word, gateway);
	reason = address_read(
		word, strlen(word), parser->dialect, false, &gateway->family, gateway->bytes);
	gateway->length = (uint8_t)address_size(gateway->family);
	if (!reason && family && family != gateway->family)
		return family == AF_INET6 ? "not an IPv6 address" : "not an IPv4 address";
	return reason;
}

/* `via 192.0.2.0/24` */
static int select_gateway(struct parser *parser, const struct field *field, uint8_t family,
	struct gateway *gateway, struct error *error)
{
	struct address address = {0};
	uint8_t settled = parser->family;

	if (family)
		parser->family = family;
	if (address_select(parser, field, &address, error))
		return -1;
	if (family)
		parser->family = settled;
	gateway->given = true;
	gateway->family = address.family;
	gateway->length = (uint8_t)address_size(address.family);
	gateway->match = address.match;
	memcpy(gateway->bytes, address.bytes, sizeof gateway->bytes);
	return 0;
}

static int parse_gateway(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct gateway *gateway = value;
	const char *word = parser_value(parser, field, error);
	const char *reason;
	uint8_t family;

	if (!word)
		return -1;
	if (gateway->given && parser->dialect == DIALECT_IP)
		return error_at(error, parser->words, parser->words->next - 2,
			"use nexthop syntax to specify multiple via");
	family = family_number(word);
	if (family) {
		word = parser_value(parser, field, error);
		if (!word)
			return -1;
		parser->value = parser->words->next - 1;
	}
	memset(gateway, 0, sizeof *gateway);
	if (parser->filter && parser->dialect == DIALECT_OWN && strchr(word, '/'))
		return select_gateway(parser, field, family, gateway, error);
	if (parser->dialect == DIALECT_IP && !strcmp(word, "default")) {
		gateway->given = true;
		gateway->family = parser->family ? parser->family : AF_INET;
		gateway->length = (uint8_t)address_size(gateway->family);
		return 0;
	}
	reason = read_gateway(parser, word, family, gateway);
	if (reason)
		return parser_refuse(parser, error, "\"%s\": %s", word, reason);
	gateway->given = true;
	if (family && (parser->dialect == DIALECT_OWN || parser->family || family == AF_PACKET))
		return 0;
	if (!parser_settle(parser, gateway->family, error))
		return 0;
	if (parser->dialect == DIALECT_OWN && parser->family == AF_INET)
		error_hint(error, "an IPv6 router of an IPv4 route is written \"%s inet6 %s\"",
			field->word, word);
	return -1;
}

void gateway_finish(struct gateway *gateway, uint8_t family)
{
	gateway->foreign = gateway->given && gateway->family != family;
}

static void put_gateway(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct gateway *gateway = value;
	char memory[sizeof(struct rtvia) + sizeof gateway->bytes];
	struct rtvia *via = (struct rtvia *)memory;

	if (!gateway->foreign) {
		mnl_attr_put(message, field->attribute, gateway->length, gateway->bytes);
		return;
	}
	via->rtvia_family = gateway->family;
	memcpy(via->rtvia_addr, gateway->bytes, gateway->length);
	mnl_attr_put(message, field->also, sizeof *via + gateway->length, via);
}

static void get_via(const struct nlattr *attribute, struct gateway *gateway)
{
	const struct rtvia *via = mnl_attr_get_payload(attribute);
	size_t length = mnl_attr_get_payload_len(attribute) - sizeof *via;
	bool inet = via->rtvia_family == AF_INET || via->rtvia_family == AF_INET6;

	if (length > sizeof gateway->bytes || (inet && length < address_size(via->rtvia_family)))
		return;
	gateway->given = true;
	gateway->foreign = true;
	gateway->family = (uint8_t)via->rtvia_family;
	gateway->length = inet ? (uint8_t)address_size(gateway->family) : (uint8_t)length;
	memcpy(gateway->bytes, via->rtvia_addr, gateway->length);
}

static void get_gateway(struct message *message, const struct field *field, void *value)
{
	struct gateway *gateway = value;
	uint8_t family = message->family_header[0];
	const struct nlattr *attribute = message_attribute(message, field, address_size(family));
	const struct nlattr *via = message_also(message, field, sizeof(struct rtvia));

	if (attribute) {
		gateway->given = true;
		gateway->family = family;
		gateway->length = (uint8_t)address_size(family);
		memcpy(gateway->bytes, mnl_attr_get_payload(attribute), gateway->length);
	} else if (via) {
		get_via(via, gateway);
	}
}

static void gateway_text(const struct gateway *gateway, char text[ADDRESS_TEXT_MAX])
{
	int length = 0;

	if (gateway->family == AF_INET || gateway->family == AF_INET6) {
		address_text(gateway->family, gateway->bytes, text);
		return;
	}
	*text = '\0';
	for (int i = 0; i < gateway->length; i++)
		length += snprintf(text + length, ADDRESS_TEXT_MAX - (size_t)length, "%s%02x",
			i ? ":" : "", gateway->bytes[i]);
}

/* A gateway of another family: `via inet6 fe80::1`; in JSON {"inet6": "fe80::1"}, or ip's object.
 */
static void write_foreign(struct writer *writer, const struct gateway *gateway, enum tint tint,
	const char *text, enum dialect dialect)
{
	struct label via = {.word = "via", .key = "via"};
	struct label family = {.word = "", .key = "family"};
	struct label host = {.word = "", .key = "host"};

	writer_object_open(writer, &via);
	if (dialect == DIALECT_IP)
		writer_string(writer, &family, TINT_NONE, family_word(gateway->family));
	else
		host.word = host.key = family_word(gateway->family);
	writer_string(writer, &host, tint, text);
	writer_object_close(writer);
}

/* A cell of a table has no room for the family. */
static void write_gateway(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct gateway *gateway = value;
	struct label label = field_label(field, view->dialect);
	enum tint tint = gateway->family == AF_PACKET ? TINT_NONE : address_tint(gateway->family);
	char text[HOST_TEXT_MAX];

	if (gateway->family == AF_PACKET)
		gateway_text(gateway, text);
	else
		address_host(view, gateway->family, gateway->bytes, text);
	if (gateway->foreign && !view->columns)
		write_foreign(writer, gateway, tint, text, view->dialect);
	else
		writer_string(writer, &label, tint, text);
}

static bool same_gateway(const void *a, const void *b)
{
	const struct gateway *left = a;
	const struct gateway *right = b;

	return left->family == right->family && left->length == right->length &&
	       !memcmp(left->bytes, right->bytes, left->length);
}

static bool fits_gateway(const void *value, const void *wanted)
{
	const struct gateway *gateway = value;
	const struct gateway *selector = wanted;

	return gateway->given && gateway->family == selector->family &&
	       gateway->length == selector->length &&
	       address_match(gateway->bytes, selector->bytes, gateway->length, selector->match);
}

const struct kind kind_gateway = {
	.syntax = "[inet6] ADDR",
	.size = sizeof(struct gateway),
	.parse = parse_gateway,
	.put = put_gateway,
	.get = get_gateway,
	.write = write_gateway,
	.same = same_gateway,
	.fits = fits_gateway,
};
