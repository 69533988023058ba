/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Realms (RTA_FLOW, FRA_FLOW): two 16-bit numbers in one attribute. */
#include "kind/realm.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/byte.h"
#include "names/names.h"
#include "kind/number.h"

enum { REALM_TEXT_MAX = 64 };

/* Reads one of the two, by name or number. */
static bool read_realm(
	const struct parser *parser, const char *text, size_t length, uint32_t *realm)
{
	uint32_t most = parser->dialect == DIALECT_IP ? 0xff : 0xffff;
	char word[REALM_TEXT_MAX];

	if (length >= sizeof word)
		return false;
	memcpy(word, text, length);
	word[length] = '\0';
	return names_number(parser->names, NAMES_REALMS, word, realm) ||
	       (number_read(word, parser->dialect, realm) && *realm <= most);
}

static bool read_realms(const struct parser *parser, const char *word, uint32_t *value)
{
	const char *slash = strchr(word, '/');
	size_t length = slash ? (size_t)(slash - word) : strlen(word);
	uint32_t first;
	uint32_t to = 0;

	if (!read_realm(parser, word, length, &first))
		return false;
	/* `3/` has only a FROM. */
	if (slash && slash[1] && !read_realm(parser, slash + 1, strlen(slash + 1), &to))
		return false;
	*value = slash ? first << 16 | to : first;
	return true;
}

static int parse_realm(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *realm = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	realm->given = true;
	if (read_realms(parser, word, &realm->value))
		return 0;
	/* `ip` also accepts both as a single number. */
	if (parser->dialect == DIALECT_IP && number_read(word, parser->dialect, &realm->value))
		return 0;
	parser_refuse(parser, error, "\"%s\" is not a realm", word);
	return error_hint(error, "TO or FROM/TO: names in rt_realms or numbers up to 65535");
}

/* A name with a slash, or one that is not read back because of its length, gives way to the
 * number; except as `ip` shows it. */
static const char *realm_text(const struct view *view, uint32_t realm, char *text, size_t size)
{
	const char *name = shown_name(view, NAMES_REALMS, realm);

	if (name && (view->dialect == DIALECT_IP || (!strchr(name, '/') && strlen(name) < size)))
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%u", realm);
	return text;
}

static void write_json_ip(
	struct writer *writer, const struct field *field, const char *from, const char *to)
{
	bool object = field->ip_key != NULL;
	struct label from_label = {.key = object ? "from" : "flow_from"};
	struct label to_label = {.key = object ? "to" : "flow_to"};

	if (object)
		writer_object_open(writer, &(struct label){.key = field->ip_key});
	if (from)
		writer_string(writer, &from_label, TINT_NONE, from);
	writer_string(writer, &to_label, TINT_NONE, to);
	if (object)
		writer_object_close(writer);
}

/* The word shows whether there are two: `realm 5`, `realms 3/5`; except in ip's rules. */
static void write_realm(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t realms = ((const struct number *)value)->value;
	bool two = realms >> 16;
	bool plural = two || (view->dialect == DIALECT_IP && !field->ip_key);
	struct label word = {.word = plural ? "realms" : "realm"};
	struct label key = {.key = field->word};
	char from[REALM_TEXT_MAX];
	char to[REALM_TEXT_MAX];
	char both[2 * REALM_TEXT_MAX];

	realm_text(view, realms >> 16, from, sizeof from);
	realm_text(view, realms & 0xffff, to, sizeof to);
	snprintf(both, sizeof both, "%s/%s", from, to);
	writer_string(writer, &word, TINT_NONE, two ? both : to);
	if (view->dialect == DIALECT_IP)
		write_json_ip(writer, field, two ? from : NULL, to);
	else if (two)
		writer_string(writer, &key, TINT_NONE, both);
	else
		writer_number(writer, &key, realms, NULL);
}

static void put_realm(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct number *)value)->value);
}

static void get_realm(struct message *message, const struct field *field, void *value)
{
	struct number *realm = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	realm->given = attribute != NULL;
	realm->value = attribute ? mnl_attr_get_u32(attribute) : 0;
}

static bool same_realm(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

static void offer_realm(uint32_t number, const char *name, void *argument)
{
	(void)number;
	completion_try(argument, name, "realm");
}

static void complete_realm(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_REALMS, offer_realm, completion);
}

const struct kind kind_realm = {
	.syntax = "[FROM/]TO",
	.size = sizeof(struct number),
	.parse = parse_realm,
	.put = put_realm,
	.get = get_realm,
	.write = write_realm,
	.same = same_realm,
	.fits = same_realm, /* not given means 0, which the kernel doesn't report */
	.complete = complete_realm,
};
