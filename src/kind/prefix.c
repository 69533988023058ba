/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prefixes in text and in messages, where the length is in the header and the bytes in an
 * attribute. */
#include "kind/prefix.h"

#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/address_text.h"
#include "kind/label.h"

enum { LABEL_BITS = 20 }; /* bits of a label, the destination of an MPLS route */

static bool is_default(const char *word)
{
	return !strcmp(word, "default") || !strcmp(word, "all") || !strcmp(word, "any");
}

static uint8_t family_bits(uint8_t family)
{
	if (family == AF_MPLS)
		return LABEL_BITS;
	return family == AF_INET6 ? 128 : 32;
}

void prefix_clear_host_bits(struct prefix *prefix)
{
	int whole = prefix->length / 8;
	int rest = prefix->length % 8;

	if (rest)
		prefix->bytes[whole++] &= (uint8_t)(0xff00 >> rest);
	memset(prefix->bytes + whole, 0, sizeof prefix->bytes - (size_t)whole);
}

void prefix_text(const struct prefix *prefix, char text[PREFIX_TEXT_MAX])
{
	size_t length;

	if (!prefix->length) {
		memcpy(text, "default", sizeof "default");
		return;
	}
	length = address_text(prefix->family, prefix->bytes, text);
	if (prefix->length == family_bits(prefix->family))
		return;
	text[length] = '/';
	decimal_text(prefix->length, text + length + 1);
}

int net_fit(struct prefix *net, const struct prefix *from)
{
	struct prefix shorter = *net;
	char text[PREFIX_TEXT_MAX];

	if (!from->length || net->family != from->family)
		return -1;
	if (net->length == from->length)
		return 0;
	shorter.length = from->length;
	if (net->length != family_bits(net->family) || prefix_meant(&shorter, text))
		return -1;
	net->length = from->length;
	return 0;
}

/* Returns the number of ones of a mask; -1 if it isn't ones followed by zeros. */
static int mask_length(const uint8_t bytes[4])
{
	uint32_t mask = (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
	int length = mask ? __builtin_popcount(mask) : 0;

	return length && mask != 0xffffffffU << (32 - length) ? -1 : length;
}

static int read_mask(
	struct parser *parser, const char *text, struct prefix *prefix, struct error *error)
{
	uint8_t bytes[16];
	uint8_t family;
	const char *reason =
		address_read(text, strlen(text), parser->dialect, false, &family, bytes);
	int length;

	if (reason)
		return parser_refuse(parser, error, "\"%s\" is not a mask: %s", text, reason);
	length = family == AF_INET ? mask_length(bytes) : -1;
	if (length < 0 || prefix->family != AF_INET) {
		parser_refuse(parser, error, "\"%s\" is not the mask of a prefix", text);
		return error_hint(error, "a mask is a run of ones, as in 255.255.255.0, and IPv4");
	}
	prefix->length = (uint8_t)length;
	return 0;
}

static int refuse_no_mask(const struct parser *parser, struct error *error)
{
	error_at(error, parser->words, parser->words->count, "\"mask\" needs MASK after it");
	return error_hint(error, "as in 255.255.255.0");
}

/* Reads what follows the slash: a number of bits, or a mask. */
static int read_length(
	struct parser *parser, const char *text, struct prefix *prefix, struct error *error)
{
	unsigned long value;
	char *end;

	if (strchr(text, '.'))
		return read_mask(parser, text, prefix, error);
	value = strtoul(text, &end, parser->dialect == DIALECT_IP ? 0 : 10);
	if (*text < '0' || *text > '9' || *end)
		return parser_refuse(parser, error, "\"/%s\" is not the length of a prefix", text);
	if (value > family_bits(prefix->family)) {
		parser_refuse(parser, error, "the prefix length %s is too long", text);
		return error_hint(error, "%s has at most %u bits",
			prefix->family == AF_INET6 ? "IPv6" : "IPv4", family_bits(prefix->family));
	}
	prefix->length = (uint8_t)value;
	return 0;
}

static bool has_host_bits(const struct prefix *prefix)
{
	struct prefix meant = *prefix;

	prefix_clear_host_bits(&meant);
	return memcmp(meant.bytes, prefix->bytes, sizeof meant.bytes) != 0;
}

bool prefix_meant(const struct prefix *prefix, char text[PREFIX_TEXT_MAX])
{
	struct prefix meant = *prefix;

	prefix_clear_host_bits(&meant);
	prefix_text(&meant, text);
	return has_host_bits(prefix);
}

/*
 * The kernel keeps host bits in rules, where they match nothing: a listing may have them. It
 * ignores them in IPv6 routes. In IPv4 routes it refuses them itself, except with length 0, where
 * the message has no address; but a line of a file may be for a model, which no kernel checks.
 */
static int check_host_bits(struct parser *parser, const struct field *field, const char *word,
	const struct prefix *prefix, struct error *error)
{
	bool kernel_checks =
		field->flags & FIELD_POSITIONAL && prefix->family == AF_INET && prefix->length;
	bool accepted =
		parser->listed ? field->flags & FIELD_HOST_BITS : kernel_checks && !parser->filter;
	char text[PREFIX_TEXT_MAX];
	char host[ADDRESS_TEXT_MAX];

	if (accepted || !has_host_bits(prefix))
		return 0;
	prefix_meant(prefix, text);
	address_text(prefix->family, prefix->bytes, host);
	parser_refuse(parser, error, "\"%s\" has bits set outside its prefix length", word);
	return error_hint(error, "did you mean %s, or the host %s?", text, host);
}

static int read_label(
	struct parser *parser, const char *word, struct prefix *prefix, struct error *error)
{
	prefix->family = AF_MPLS;
	prefix->length = LABEL_BITS;
	if (labels_read(word, parser->dialect, prefix->bytes, 1))
		return 0;
	return parser_refuse(
		parser, error, "\"%s\" is not a label: a number up to %d", word, LABEL_MAX);
}

static int read_prefix(struct parser *parser, const struct field *field, struct prefix *prefix,
	struct error *error)
{
	const char *net;
	const char *word;
	const char *slash;
	const char *reason;
	int at = parser->words->next;

	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	net = word;
	prefix->given = true;
	if (is_default(word)) {
		prefix->family = parser->family;
		return 0;
	}
	if (parser->family == AF_MPLS)
		return read_label(parser, word, prefix, error);
	slash = strchr(word, '/');
	reason = address_read(word, slash ? (size_t)(slash - word) : strlen(word), parser->dialect,
		slash != NULL, &prefix->family, prefix->bytes);
	if (reason)
		return parser_refuse(parser, error, "\"%s\": %s", word, reason);
	if (parser_settle(parser, prefix->family, error))
		return -1;
	prefix->length = family_bits(prefix->family);
	if (slash && read_length(parser, slash + 1, prefix, error))
		return -1;
	if (!slash && words_accept(parser->words, "mask")) {
		word = words_take(parser->words);
		if (!word)
			return refuse_no_mask(parser, error);
		if (read_mask(parser, word, prefix, error))
			return -1;
	}
	if (parser->dialect == DIALECT_IP)
		return 0;
	if (!check_host_bits(parser, field, net, prefix, error))
		return 0;
	error->word = at;
	return -1;
}

static int parse_prefix(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct prefix prefix = {.given = false};

	if (!parser->filter)
		return read_prefix(parser, field, value, error);
	prefix_read_match(parser, &prefix);
	if (read_prefix(parser, field, &prefix, error))
		return -1;
	prefix_join(value, &prefix, parser->arena);
	return 0;
}

static void put_prefix(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct prefix *prefix = value;

	*header_byte(message, field) = prefix->length;
	if (prefix->length)
		mnl_attr_put(
			message, field->attribute, address_size(prefix->family), prefix->bytes);
}

static void get_prefix(struct message *message, const struct field *field, void *value)
{
	struct prefix *prefix = value;
	uint8_t family = message->family_header[0];
	const struct nlattr *attribute = message_attribute(message, field, address_size(family));

	prefix->family = family;
	if (!attribute)
		return;
	prefix->given = true;
	prefix->length = message_header(message, field);
	memcpy(prefix->bytes, mnl_attr_get_payload(attribute), address_size(family));
}

/* ip's JSON has a separate key for the length of a rule's prefix. */
static void write_apart(struct writer *writer, const struct field *field,
	const struct prefix *prefix, const char *text)
{
	struct label label = field_label(field, DIALECT_IP);
	char address[PREFIX_TEXT_MAX];

	snprintf(address, sizeof address, "%.*s", (int)strcspn(text, "/"), text);
	writer_string(
		writer, &(struct label){.word = label.word}, address_tint(prefix->family), text);
	writer_string(writer, &(struct label){.key = label.key}, TINT_NONE, address);
	if (prefix->length != family_bits(prefix->family))
		writer_number(
			writer, &(struct label){.key = field->ip_second_key}, prefix->length, NULL);
}

static void write_prefix(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct prefix *prefix = value;
	struct label label = field_label(field, view->dialect);
	uint8_t assumed = view->family ? view->family : AF_INET;
	char text[HOST_TEXT_MAX];

	if (view->resolve && !field->ip_second_key && prefix->length == family_bits(prefix->family))
		address_host(view, prefix->family, prefix->bytes, text);
	else
		prefix_text(prefix, text);
	if (!prefix->length && view->dialect == DIALECT_OWN && prefix->family == AF_INET6 &&
		assumed != AF_INET6)
		memcpy(text, "::/0", sizeof "::/0");
	if (field->ip_second_key && view->dialect == DIALECT_IP) {
		if (prefix->length) {
			write_apart(writer, field, prefix, text);
			return;
		}
		memcpy(text, "all", sizeof "all");
	}
	writer_string(
		writer, &label, prefix->length ? address_tint(prefix->family) : TINT_NONE, text);
}

const struct kind kind_prefix = {
	.syntax = "PREFIX | NET mask MASK",
	.size = sizeof(struct prefix),
	.takes = MEMBER_IP_SECOND_KEY,
	.parse = parse_prefix,
	.put = put_prefix,
	.get = get_prefix,
	.write = write_prefix,
	.same = prefix_same,
	.fits = prefix_fits,
	.adds = prefix_adds,
};

const struct kind kind_prefix_apart = {
	.syntax = "NET",
	.size = sizeof(struct prefix),
	.parse = parse_prefix,
	.write = write_prefix,
	.same = prefix_same,
	.fits = prefix_fits,
};
