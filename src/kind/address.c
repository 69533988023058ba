/* Addresses as text and as attributes. */
#include "kind/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/label.h"
#include "kind/prefix.h"

enum { LABELS_MAX = 4 }; /* in the bytes of an address */

size_t address_size(uint8_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

enum tint address_tint(uint8_t family)
{
	if (family == AF_MPLS)
		return TINT_NONE;
	return family == AF_INET6 ? TINT_INET6 : TINT_INET;
}

/* One number of a dotted quad. Ours is decimal: `ip` and inet_aton() would read 010 as eight. */
static const char *read_part(const char **at, const char *end, enum dialect dialect, uint8_t *part)
{
	unsigned long value = 0;
	const char *start = *at;
	char *stop;

	if (dialect == DIALECT_IP) {
		value = strtoul(start, &stop, 0);
		*at = stop > end ? end : stop;
	} else {
		for (; *at < end && **at >= '0' && **at <= '9' && value < 256; ++*at)
			value = value * 10 + (unsigned long)(**at - '0');
		if (*at > start + 1 && *start == '0')
			return "a number with a leading zero could mean octal";
	}
	if (*at == start)
		return "not an address";
	if (value > 255)
		return "each number of an IPv4 address is at most 255";
	*part = (uint8_t)value;
	return NULL;
}

static const char *read_inet(
	const char *text, const char *end, enum dialect dialect, bool prefix, uint8_t bytes[16])
{
	const char *reason;
	int count = 0;

	memset(bytes, 0, 16);
	for (;; text++) {
		reason = count < 4 ? read_part(&text, end, dialect, &bytes[count++])
		                   : "an IPv4 address has four numbers";
		if (reason)
			return reason;
		if (text == end)
			break;
		if (*text != '.')
			return "not an address";
	}
	if (count < 4 && !prefix && dialect == DIALECT_OWN)
		return "an IPv4 address has four numbers";
	return NULL;
}

const char *address_read(const char *text, size_t length, enum dialect dialect, bool prefix,
	uint8_t *family, uint8_t bytes[16])
{
	char copy[ADDRESS_TEXT_MAX];

	if (!memchr(text, ':', length)) {
		*family = AF_INET;
		return read_inet(text, text + length, dialect, prefix, bytes);
	}
	*family = AF_INET6;
	if (length >= sizeof copy)
		return "not an IPv6 address";
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (strchr(copy, '%'))
		return "an address takes no zone here: name the device with \"dev\"";
	return inet_pton(AF_INET6, copy, bytes) == 1 ? NULL : "not an IPv6 address";
}

static char *put_part(char *at, unsigned int part)
{
	if (part >= 100) {
		unsigned int hundreds = part >= 200 ? 2 : 1;

		*at++ = (char)('0' + hundreds);
		part -= hundreds * 100;
		*at++ = (char)('0' + part / 10);
	} else if (part >= 10) {
		*at++ = (char)('0' + part / 10);
	}
	*at++ = (char)('0' + part % 10);
	return at;
}

size_t address_text(uint8_t family, const uint8_t *bytes, char text[ADDRESS_TEXT_MAX])
{
	char *at = text;

	if (family == AF_INET6) {
		inet_ntop(AF_INET6, bytes, text, ADDRESS_TEXT_MAX);
		return strlen(text);
	}
	if (family == AF_MPLS)
		return labels_text(bytes, labels_count(bytes, LABELS_MAX), text, ADDRESS_TEXT_MAX);
	for (int i = 0; i < 4; i++) {
		at = put_part(at, bytes[i]);
		*at++ = '.';
	}
	*--at = '\0';
	return (size_t)(at - text);
}

/* What an address is in a line of this family. */
static const char *read_of_family(
	const struct parser *parser, const char *word, struct address *address)
{
	if (parser->family != AF_MPLS)
		return address_read(word, strlen(word), parser->dialect, false, &address->family,
			address->bytes);
	address->family = AF_MPLS;
	return labels_read(word, parser->dialect, address->bytes, LABELS_MAX)
	               ? NULL
	               : "not a label or a stack of up to four, as in 100/200";
}

bool address_match(const uint8_t *a, const uint8_t *b, size_t size, uint8_t bits)
{
	size_t whole = bits ? bits / 8U : size;

	return !memcmp(a, b, whole) && (!(bits % 8) || !((a[whole] ^ b[whole]) >> (8 - bits % 8)));
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

void address_host(
	const struct view *view, uint8_t family, const uint8_t *bytes, char text[HOST_TEXT_MAX])
{
	struct sockaddr_in inet = {.sin_family = AF_INET};
	struct sockaddr_in6 inet6 = {.sin6_family = AF_INET6};
	const struct sockaddr *address = (const struct sockaddr *)&inet;
	socklen_t size = sizeof inet;

	memcpy(&inet.sin_addr, bytes, sizeof inet.sin_addr);
	if (family == AF_INET6) {
		memcpy(&inet6.sin6_addr, bytes, sizeof inet6.sin6_addr);
		address = (const struct sockaddr *)&inet6;
		size = sizeof inet6;
	}
	if (!view->resolve || getnameinfo(address, size, text, HOST_TEXT_MAX, NULL, 0, NI_NAMEREQD))
		address_text(family, bytes, text);
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
	if (!field->bits)
		return parser_settle(parser, address->family, error);
	if (address->family != field->bits)
		return parser_refuse(parser, error, "\"%s\" takes an %s address, not \"%s\"",
			field_word(field, parser->dialect),
			field->bits == AF_INET6 ? "IPv6" : "IPv4", word);
	return 0;
}

static void put_address(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct address *address = value;
	size_t size = address_size(address->family);

	if (address->family == AF_MPLS)
		size *= (size_t)labels_count(address->bytes, LABELS_MAX);
	mnl_attr_put(message, field->attribute, size, address->bytes);
}

static void get_address(struct message *message, const struct field *field, void *value)
{
	struct address *address = value;
	uint8_t family = field->bits ? (uint8_t)field->bits : message->family_header[0];
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
	words_accept(parser->words, "to");
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
