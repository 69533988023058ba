/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks with masks. */
#include "kind/mark.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "kind/number.h"

bool mark_read(const char *text, enum dialect dialect, uint32_t *value, uint32_t *mask)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	char first[32];

	if (length >= sizeof first)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)length, text);
	return number_read(first, dialect, value) &&
	       (!slash || number_read(slash + 1, dialect, mask));
}

int mark_check(
	struct parser *parser, const char *what, uint32_t value, uint32_t mask, struct error *error)
{
	if (!(value & ~mask))
		return 0;
	parser_refuse(parser, error, "%s has bits outside its mask, so nothing would match", what);
	return error_hint(error, "did you mean %#x/%#x?", value & mask, mask);
}

static int parse_mark(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct mark *mark = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	mark->mask = UINT32_MAX;
	mark->given = true;
	if (!mark_read(word, parser->dialect, &mark->value, &mark->mask))
		return parser_refuse(parser, error,
			"\"%s\" is not a mark: MARK or MARK/MASK, as in 0x1/0xff", word);
	if (parser->dialect == DIALECT_OWN)
		return mark_check(parser, "the mark", mark->value, mark->mask, error);
	/* The kernel, and so `ip`, treats mark 0 without a mask as no selector. */
	if (!mark->value && !strchr(word, '/'))
		mark->mask = 0;
	return 0;
}

static void put_mark(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct mark *mark = value;

	mnl_attr_put_u32(message, field->attribute, mark->value);
	if (mark->mask != UINT32_MAX || !mark->value)
		mnl_attr_put_u32(message, field->also, mark->mask);
}

/* The kernel only reports the mark if it or the mask isn't 0 (fib_nl_fill_rule() in
 * net/core/fib_rules.c). */
static void get_mark(struct message *message, const struct field *field, void *value)
{
	struct mark *mark = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));
	const struct nlattr *mask = message_also(message, field, sizeof(uint32_t));

	if (!attribute && !mask)
		return;
	mark->given = true;
	mark->value = attribute ? mnl_attr_get_u32(attribute) : 0;
	mark->mask = mask ? mnl_attr_get_u32(mask) : UINT32_MAX;
}

void mark_write_ip(struct writer *writer, const struct field *field, const char *text,
	const char *value, const char *mask)
{
	struct label label = field_label(field, DIALECT_IP);

	writer_string(writer, &(struct label){.word = label.word}, TINT_NONE, text);
	writer_string(writer, &(struct label){.key = label.key}, TINT_NONE, value);
	if (mask)
		writer_string(
			writer, &(struct label){.key = field->ip_second_key}, TINT_NONE, mask);
}

static void write_mark(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct mark *mark = value;
	struct label label = field_label(field, view->dialect);
	bool masked = mark->mask != UINT32_MAX;
	char bits[16];
	char mask[16];
	char text[32];

	snprintf(bits, sizeof bits, "%#x", mark->value);
	snprintf(mask, sizeof mask, "%#x", mark->mask);
	snprintf(text, sizeof text, masked ? "%s/%s" : "%s", bits, mask);
	if (view->dialect == DIALECT_IP)
		mark_write_ip(writer, field, text, bits, masked ? mask : NULL);
	else if (masked)
		writer_string(writer, &label, TINT_NONE, text);
	else
		writer_number(writer, &label, mark->value, text);
}

static bool same_mark(const void *a, const void *b)
{
	const struct mark *left = a;
	const struct mark *right = b;

	return left->value == right->value && left->mask == right->mask;
}

const struct kind kind_mark = {
	.syntax = "MARK[/MASK]",
	.size = sizeof(struct mark),
	.needs = MEMBER_IP_SECOND_KEY,
	.parse = parse_mark,
	.put = put_mark,
	.get = get_mark,
	.write = write_mark,
	.same = same_mark,
	.fits = same_mark, /* none means 0/0, which the kernel doesn't report */
};
