/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap ila: identifier-locator addressing, replaces the locator in the packet's destination
 * (linux/ila.h). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/ila.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/attributes.h"
#include "kind/encap/encap.h"
#include "kind/word.h"

struct locator {
	bool given;
	uint16_t group[4]; /* the upper half of an IPv6 address */
};

struct ila {
	uint8_t family;
	struct locator locator;
	struct number checksum, identifier, hook;
	struct attributes others;
};

static const struct choice checksums[] = {
	{.word = "adj-transport", .value = ILA_CSUM_ADJUST_TRANSPORT},
	{.word = "neutral-map", .value = ILA_CSUM_NEUTRAL_MAP},
	{.word = "neutral-map-auto", .value = ILA_CSUM_NEUTRAL_MAP_AUTO},
	{.word = "no-action", .value = ILA_CSUM_NO_ACTION},
	{.word = NULL},
};
static const struct choice identifiers[] = {
	{.word = "luid", .value = ILA_ATYPE_LUID},
	{.word = "use-format", .value = ILA_ATYPE_USE_FORMAT},
	{.word = NULL},
};
static const struct choice hooks[] = {
	{.word = "output", .value = ILA_HOOK_ROUTE_OUTPUT},
	{.word = "input", .value = ILA_HOOK_ROUTE_INPUT},
	{.word = NULL},
};

static bool read_locator(const char *at, struct locator *locator)
{
	for (int i = 0; i < 4; i++) {
		char *end;
		unsigned long group = strtoul(at, &end, 16);

		if (end == at || end - at > 4 || *end != (i < 3 ? ':' : '\0'))
			return false;
		locator->group[i] = (uint16_t)group;
		at = end + 1;
	}
	return true;
}

static int parse_locator(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (strspn(word, "0123456789abcdefABCDEF:") != strlen(word) || !read_locator(word, value))
		return parser_refuse(parser, error,
			"\"%s\" is not a locator: four groups of hexadecimal digits", word);
	((struct locator *)value)->given = true;
	return 0;
}

static void put_locator(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct locator *locator = value;
	uint16_t group[4];

	for (int i = 0; i < 4; i++)
		group[i] = htons(locator->group[i]);
	mnl_attr_put(message, field->attribute, sizeof group, group);
}

static void get_locator(struct message *message, const struct field *field, void *value)
{
	struct locator *locator = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof locator->group);
	const uint16_t *group;

	if (!attribute)
		return;
	group = mnl_attr_get_payload(attribute);
	for (int i = 0; i < 4; i++)
		locator->group[i] = ntohs(group[i]);
	locator->given = true;
}

/* ip's text has an additional blank before and after it. */
static void write_locator(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const uint16_t *group = ((const struct locator *)value)->group;
	struct label label = field_label(field, view->dialect);
	char text[24];

	snprintf(text, sizeof text, "%x:%x:%x:%x", group[0], group[1], group[2], group[3]);
	if (view->dialect == DIALECT_IP)
		writer_aside(writer, " ");
	writer_string(writer, &label, TINT_NONE, text);
}

static bool same_locator(const void *a, const void *b)
{
	const struct locator *left = a;
	const struct locator *right = b;

	return !memcmp(left->group, right->group, sizeof left->group);
}

static const struct kind kind_locator = {
	.syntax = "LOCATOR",
	.size = sizeof(struct locator),
	.parse = parse_locator,
	.put = put_locator,
	.get = get_locator,
	.write = write_locator,
	.same = same_locator,
};

#define AT(member) .offset = offsetof(struct ila, member)

/* ip's text has an additional blank before each word. */
static const struct field rows[] = {
	{.word = "locator",
		.kind = &kind_locator,
		AT(locator),
		.attribute = ILA_ATTR_LOCATOR,
		.flags = FIELD_POSITIONAL | FIELD_INFO,
		.help = "the upper half of the new destination, as in 2001:db8:0:1",
		.sample = "2001:db8:0:1"},
	{.word = "csum-mode",
		.kind = &kind_word,
		AT(checksum),
		.attribute = ILA_ATTR_CSUM_MODE,
		.ip_word = " csum-mode",
		.ip_key = "csum_mode",
		.flags = FIELD_INFO,
		.choices = checksums,
		.help = "adj-transport, neutral-map, neutral-map-auto, no-action",
		.sample = "csum-mode neutral-map"},
	{.word = "ident-type",
		.kind = &kind_word,
		AT(identifier),
		.attribute = ILA_ATTR_IDENT_TYPE,
		.ip_word = " ident-type",
		.ip_key = "ident_type",
		.flags = FIELD_INFO,
		.choices = identifiers,
		.help = "luid, use-format",
		.sample = "ident-type luid"},
	{.word = "hook-type",
		.kind = &kind_word,
		AT(hook),
		.attribute = ILA_ATTR_HOOK_TYPE,
		.ip_word = " hook-type",
		.ip_key = "hook_type",
		.flags = FIELD_INFO,
		.choices = hooks,
		.help = "output, input",
		.sample = "hook-type input"},
	ENCAP_OTHERS,
};

static int finish_ila(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	(void)origin;
	(void)del;
	if (((const struct ila *)record)->locator.given)
		return 0;
	error_at(error, parser->words, parser->words->next, "the locator is missing");
	error_fault(error, FAULT_MISSING, NULL, NULL);
	error_field(error, object_field(&encap_ila_object, "locator"));
	return error_hint(error, "the upper half of an address, as in 2001:db8:0:1");
}

const struct object encap_ila_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct ila),
	.finish = finish_ila,
	.once = true,
};
