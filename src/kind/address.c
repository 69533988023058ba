/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses in text and in attributes. */
#include "kind/address.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/label.h"
#include "kind/prefix.h"

/* Reads an address as a line of this family writes it. */
static const char *read_of_family(
	const struct parser *parser, const char *word, struct address *address)
{
	if (parser->family != AF_MPLS)
		return address_read(word, strlen(word), parser->dialect, false, &address->family,
			address->bytes);
	address->family = AF_MPLS;
	return labels_read(word, parser->dialect, address->bytes, ADDRESS_LABELS_MAX)
	               ? NULL
	               : "not a label or a stack of up to four, as in 100/200";
}

int address_select(struct parser *parser, const struct field *field, struct address *address,
	struct error *error)
{
	struct prefix prefix = {0};

	parser->words->next--;
	if (kind_prefix.parse(parser, field, &prefix, error))
		return -1;
	*address = (struct address){
		.given = true,
		.family = prefix.family,
		.match = prefix.length,
	};
	memcpy(address->bytes, prefix.bytes, sizeof address->bytes);
	return 0;
}

static int parse_address(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct address *address = value;
	const char *word = parser_value(parser, field, error);
	const char *reason;

	if (!word)
		return -1;
	if (parser->filter && parser->dialect == DIALECT_OWN && strchr(word, '/') &&
		parser->family != AF_MPLS)
		return address_select(parser, field, address, error);
	reason = read_of_family(parser, word, address);
	if (reason)
		return parser_refuse(parser, error, "\"%s\": %s", word, reason);
	address->given = true;
	if (!field->address_family)
		return parser_settle(parser, address->family, error);
	if (address->family != field->address_family)
		return parser_refuse(parser, error, "\"%s\" takes an %s address, not \"%s\"",
			field_word(field, parser->dialect),
			field->address_family == AF_INET6 ? "IPv6" : "IPv4", word);
	return 0;
}

static void put_address(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct address *address = value;
	size_t size = address_size(address->family);

	if (address->family == AF_MPLS)
		size *= (size_t)labels_count(address->bytes, ADDRESS_LABELS_MAX);
	mnl_attr_put(message, field->attribute, size, address->bytes);
}

static void get_address(struct message *message, const struct field *field, void *value)
{
	struct address *address = value;
	uint8_t family = field->address_family ? field->address_family : message->family_header[0];
	const struct nlattr *attribute = message_attribute(message, field, address_size(family));
	size_t size;

	if (!attribute)
		return;
	address->given = true;
	address->family = family;
	size = family == AF_MPLS ? mnl_attr_get_payload_len(attribute) : address_size(family);
	if (size > sizeof address->bytes)
		size = sizeof address->bytes;
	memcpy(address->bytes, mnl_attr_get_payload(attribute), size);
}

static void write_address(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct address *address = value;
	struct label label = field_label(field, view->dialect);
	char text[ADDRESS_TEXT_MAX];

	address_text(address->family, address->bytes, text);
	writer_string(writer, &label, address_tint(address->family), text);
}

static bool same_address(const void *a, const void *b)
{
	const struct address *left = a;
	const struct address *right = b;

	return left->family == right->family &&
	       !memcmp(left->bytes, right->bytes, address_size(left->family));
}

static bool fits_address(const void *value, const void *wanted)
{
	static const uint8_t zeros[16];
	const struct address *address = value;
	const struct address *selector = wanted;

	if (!address->given)
		return !memcmp(selector->bytes, zeros, sizeof zeros);
	return address->family == selector->family &&
	       address_match(address->bytes, selector->bytes, address_size(address->family),
		       selector->match);
}

const struct kind kind_address = {
	.syntax = "ADDR",
	.size = sizeof(struct address),
	.takes = MEMBER_ADDRESS_FAMILY,
	.parse = parse_address,
	.put = put_address,
	.get = get_address,
	.write = write_address,
	.same = same_address,
	.fits = fits_address,
};

static int parse_new_destination(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	parser_accept(parser, "to");
	return parse_address(parser, field, value, error);
}

static void write_new_destination(struct writer *writer, const struct field *field,
	const void *value, const struct view *view)
{
	struct field with_to = *field;

	with_to.ip_word = "as to";
	write_address(writer, &with_to, value, view);
}

const struct kind kind_new_destination = {
	.syntax = "[to] ADDR",
	.size = sizeof(struct address),
	.parse = parse_new_destination,
	.put = put_address,
	.get = get_address,
	.write = write_new_destination,
	.same = same_address,
};
