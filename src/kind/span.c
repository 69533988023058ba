/* Spans: what the kernel takes of them is checked here (fib_rule_port_range_valid() and
 * nla_get_kuid_range() in net/core/fib_rules.c). */
#include "kind/span.h"

#include <string.h>

#include <linux/fib_rules.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "kind/mark.h"
#include "kind/number.h"

enum {
	PORT_MOST = 65535,
	ALL_BITS = 0xffff,
};

/* A, or A-B. */
static bool read_span(const char *text, enum dialect dialect, struct span *span)
{
	const char *dash = strchr(text, '-');
	size_t length = dash ? (size_t)(dash - text) : strlen(text);
	char first[32];

	if (!length || length >= sizeof first)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)length, text);
	if (!number_read(first, dialect, &span->first))
		return false;
	span->last = span->first;
	return !dash || number_read(dash + 1, dialect, &span->last);
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
		return parser_refuse(parser, error, "the span ends before it begins");
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
		read = read_span(word, parser->dialect, span);
	}
	if (!read || span->first > PORT_MOST || span->last > PORT_MOST || span->mask > ALL_BITS) {
		parser_refuse(parser, error, "\"%s\" is not a port", word);
		return error_hint(error, "PORT, FIRST-LAST or PORT/MASK, as in 80, 1000-1999, "
					 "0x50/0xf0");
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
	struct field mask_field = {.attribute = field->also};
	struct fib_rule_port_range range;
	const struct nlattr *attribute = message_attribute(message, field, sizeof range);
	const struct nlattr *mask = message_attribute(message, &mask_field, sizeof(uint16_t));

	if (!attribute)
		return;
	memcpy(&range, mnl_attr_get_payload(attribute), sizeof range);
	span->given = true;
	span->first = range.start;
	span->last = range.end;
	span->told = mask != NULL;
	span->mask = mask ? mnl_attr_get_u16(mask) : ALL_BITS;
}

/* JSON: ip has one number, or two, or one and a mask. */
static void write_ports_ip(
	struct writer *writer, const struct field *field, const struct span *span, const char *text)
{
	char key[32];
	char mask[16];

	writer_string(writer, &(struct label){.word = field->word}, TINT_NONE, text);
	if (span->first == span->last) {
		writer_number(writer, &(struct label){.key = field->word}, span->first, NULL);
		if (!span->told)
			return;
		snprintf(mask, sizeof mask, "%#x", span->mask);
		writer_string(writer, &(struct label){.key = field->extra}, TINT_NONE, mask);
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
	if (!read_span(word, parser->dialect, span) ||
		(parser->dialect == DIALECT_IP && !strchr(word, '-'))) {
		parser_refuse(parser, error, "\"%s\" is not a range of users", word);
		return error_hint(error, "numbers, the first and the last, as in 1000-1999");
	}
	if (parser->dialect == DIALECT_IP)
		return 0;
	if (span->first > span->last)
		return parser_refuse(parser, error, "the span ends before it begins");
	if (span->last == UINT32_MAX)
		return parser_refuse(parser, error, "the last user there can be is 4294967294");
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
