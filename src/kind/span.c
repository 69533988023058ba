/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges, checked as in fib_rule_port_range_valid() and nla_get_kuid_range() in
 * net/core/fib_rules.c. */
#include "kind/span.h"

#include <string.h>

#include <linux/fib_rules.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "kind/mark.h"
#include "kind/number.h"
#include "names/names.h"

enum {
	PORT_MOST = 65535,
	ALL_BITS = 0xffff,
};

bool port_read(const struct parser *parser, const char *text, uint32_t *number)
{
	return number_read(text, parser->dialect, number) ||
	       (parser->dialect == DIALECT_OWN &&
		       names_number(parser->names, NAMES_SERVICES, text, number));
}

bool user_read(const struct parser *parser, const char *text, uint32_t *number)
{
	return number_read(text, parser->dialect, number) ||
	       (parser->dialect == DIALECT_OWN && names_user(text, number));
}

/* Splits A or A-B. A name may contain a dash: www-data. */
static bool read_span(const struct parser *parser, const char *text,
	bool (*read_end)(const struct parser *, const char *, uint32_t *), struct span *span)
{
	const char *dash = strchr(text, '-');
	char first[64];

	if (read_end(parser, text, &span->first)) {
		span->last = span->first;
		return true;
	}
	for (; dash; dash = strchr(dash + 1, '-')) {
		snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
		if (read_end(parser, first, &span->first) &&
			read_end(parser, dash + 1, &span->last))
			return true;
	}
	return false;
}

static bool same_span(const void *a, const void *b)
{
	const struct span *left = a;
	const struct span *right = b;

	return left->first == right->first && left->last == right->last &&
	       left->mask == right->mask;
}

/* ---- ports ---- */

static int check_ports(struct parser *parser, const struct span *span, struct error *error)
{
	if (span->first > span->last)
		return parser_refuse(parser, error, "the range ends before it starts");
	if (span->mask != ALL_BITS)
		return span->mask
		               ? mark_check(parser, "the port", span->first, span->mask, error)
		               : parser_refuse(parser, error, "the mask 0 leaves nothing to match");
	if (span->first && span->last < PORT_MOST)
		return 0;
	parser_refuse(parser, error, "the kernel's rules match the ports 1 to 65534");
	return error_hint(error, "a rule that names none matches every port");
}

static int parse_ports(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct span *span = value;
	const char *word = parser_value(parser, field, error);
	bool read;

	if (!word)
		return -1;
	span->given = true;
	span->mask = ALL_BITS;
	if (strchr(word, '/')) {
		read = mark_read(word, parser->dialect, &span->first, &span->mask);
		span->last = span->first;
	} else {
		read = read_span(parser, word, port_read, span);
	}
	if (!read || span->first > PORT_MOST || span->last > PORT_MOST || span->mask > ALL_BITS) {
		parser_refuse(parser, error, "\"%s\" is not a port", word);
		return error_hint(error,
			"PORT, FIRST-LAST or PORT/MASK, by number or name, as in 80, "
			"smtp, 1000-1999, 0x50/0xf0");
	}
	return parser->dialect == DIALECT_OWN ? check_ports(parser, span, error) : 0;
}

static void put_ports(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct span *span = value;
	struct fib_rule_port_range range = {(uint16_t)span->first, (uint16_t)span->last};

	mnl_attr_put(message, field->attribute, sizeof range, &range);
	if (span->mask != ALL_BITS)
		mnl_attr_put_u16(message, field->also, (uint16_t)span->mask);
}

static void get_ports(struct message *message, const struct field *field, void *value)
{
	struct span *span = value;
	struct fib_rule_port_range range;
	const struct nlattr *attribute = message_attribute(message, field, sizeof range);
	const struct nlattr *mask = message_also(message, field, sizeof(uint16_t));

	if (!attribute)
		return;
	memcpy(&range, mnl_attr_get_payload(attribute), sizeof range);
	span->given = true;
	span->first = range.start;
	span->last = range.end;
	span->has_mask = mask != NULL;
	span->mask = mask ? mnl_attr_get_u16(mask) : ALL_BITS;
}

/* ip's JSON has one number, or two, or one and a mask. */
static void write_ports_ip(
	struct writer *writer, const struct field *field, const struct span *span, const char *text)
{
	char key[32];
	char mask[16];

	writer_string(writer, &(struct label){.word = field->word}, TINT_NONE, text);
	if (span->first == span->last) {
		writer_number(writer, &(struct label){.key = field->word}, span->first, NULL);
		if (!span->has_mask)
			return;
		snprintf(mask, sizeof mask, "%#x", span->mask);
		writer_string(
			writer, &(struct label){.key = field->ip_second_key}, TINT_NONE, mask);
		return;
	}
	snprintf(key, sizeof key, "%s_start", field->word);
	writer_number(writer, &(struct label){.key = key}, span->first, NULL);
	snprintf(key, sizeof key, "%s_end", field->word);
	writer_number(writer, &(struct label){.key = key}, span->last, NULL);
}

static void write_ports(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct span *span = value;
	struct label label = field_label(field, view->dialect);
	char text[32];

	if (span->first != span->last)
		snprintf(text, sizeof text, "%u-%u", span->first, span->last);
	else if (span->mask != ALL_BITS)
		snprintf(text, sizeof text, "%#x/%#x", span->first, span->mask);
	else
		snprintf(text, sizeof text, "%u", span->first);
	if (view->dialect == DIALECT_IP)
		write_ports_ip(writer, field, span, text);
	else if (span->first == span->last && span->mask == ALL_BITS)
		writer_number(writer, &label, span->first, NULL);
	else
		writer_string(writer, &label, TINT_NONE, text);
}

const struct kind kind_ports = {
	.syntax = "PORT[-PORT | /MASK]",
	.size = sizeof(struct span),
	.needs = MEMBER_IP_SECOND_KEY,
	.parse = parse_ports,
	.put = put_ports,
	.get = get_ports,
	.write = write_ports,
	.same = same_span,
};

/* ---- users ---- */

static int parse_users(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct span *span = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	span->given = true;
	if (!read_span(parser, word, user_read, span) ||
		(parser->dialect == DIALECT_IP && !strchr(word, '-'))) {
		parser_refuse(parser, error, "\"%s\" is not a range of users", word);
		return error_hint(error, "a user, or the first and the last, by name or number, as "
					 "in nobody, 1000-1999");
	}
	if (parser->dialect == DIALECT_IP)
		return 0;
	if (span->first > span->last)
		return parser_refuse(parser, error, "the range ends before it starts");
	if (span->last == UINT32_MAX)
		return parser_refuse(parser, error, "the highest user number is 4294967294");
	return 0;
}

static void put_users(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct span *span = value;
	struct fib_rule_uid_range range = {span->first, span->last};

	mnl_attr_put(message, field->attribute, sizeof range, &range);
}

static void get_users(struct message *message, const struct field *field, void *value)
{
	struct span *span = value;
	struct fib_rule_uid_range range;
	const struct nlattr *attribute = message_attribute(message, field, sizeof range);

	if (!attribute)
		return;
	memcpy(&range, mnl_attr_get_payload(attribute), sizeof range);
	span->given = true;
	span->first = range.start;
	span->last = range.end;
}

static void write_users(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct span *span = value;
	struct label label = field_label(field, view->dialect);
	char text[32];

	snprintf(text, sizeof text, "%u-%u", span->first, span->last);
	if (view->dialect == DIALECT_OWN) {
		writer_string(writer, &label, TINT_NONE, text);
		return;
	}
	writer_string(writer, &(struct label){.word = label.word}, TINT_NONE, text);
	writer_number(writer, &(struct label){.key = "uid_start"}, span->first, NULL);
	writer_number(writer, &(struct label){.key = "uid_end"}, span->last, NULL);
}

const struct kind kind_users = {
	.syntax = "UID-UID",
	.size = sizeof(struct span),
	.parse = parse_users,
	.put = put_users,
	.get = get_users,
	.write = write_users,
	.same = same_span,
};
