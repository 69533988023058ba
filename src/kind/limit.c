/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of a rule for which 0 is a value: suppressed lengths and groups, preferences. */
#include "kind/limit.h"

#include "base/error.h"
#include "field/walk.h"
#include "kind/byte.h"
#include "names/names.h"

/* The kernel reports a limit that isn't set as -1 (fib_nl_fill_rule() in net/core/fib_rules.c). */
static void get_limit(struct message *message, const struct field *field, void *value)
{
	struct number *limit = value;

	kind_number.get(message, field, value);
	if (limit->value == UINT32_MAX)
		limit->given = false;
}

static int parse_limit(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return kind_number.parse(parser, field, value, error);
}

static void put_limit(struct nlmsghdr *message, const struct field *field, const void *value)
{
	kind_number.put(message, field, value);
}

static void write_limit(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	kind_number.write(writer, field, value, view);
}

static bool same_limit(const void *a, const void *b)
{
	return kind_number.same(a, b);
}

const struct kind kind_limit = {
	.syntax = "N",
	.size = sizeof(struct number),
	.needs = MEMBER_RANGE,
	.parse = parse_limit,
	.put = put_limit,
	.get = get_limit,
	.write = write_limit,
	.same = same_limit,
};

/* ---- groups ---- */

static int parse_group(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *group = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	group->given = true;
	if (names_number(parser->names, NAMES_GROUPS, word, &group->value) ||
		(number_read(word, parser->dialect, &group->value) && group->value <= INT32_MAX))
		return 0;
	parser_refuse(parser, error, "\"%s\" is not a group of devices", word);
	return error_hint(error, "a number from 0 to 2147483647, or a name in /etc/iproute2/group");
}

static void write_group(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t number = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = shown_name(view, NAMES_GROUPS, number);
	char text[16];

	snprintf(text, sizeof text, "%u", number);
	if (name || view->dialect == DIALECT_IP)
		writer_string(writer, &label, TINT_NONE, name ? name : text);
	else
		writer_number(writer, &label, number, NULL);
}

static void offer_group(uint32_t number, const char *name, void *argument)
{
	(void)number;
	completion_try(argument, name, NULL);
}

static void complete_group(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_GROUPS, offer_group, completion);
}

const struct kind kind_group = {
	.syntax = "GROUP",
	.size = sizeof(struct number),
	.parse = parse_group,
	.put = put_limit,
	.get = get_limit,
	.write = write_group,
	.same = same_limit,
	.complete = complete_group,
};

/* ---- places ---- */

static void get_preference(struct message *message, const struct field *field, void *value)
{
	kind_number.get(message, field, value);
}

static void write_preference(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t number = ((const struct number *)value)->value;
	struct label label = {.word = "", .key = field_word(field, DIALECT_IP)};
	char text[16];

	if (view->dialect == DIALECT_OWN) {
		kind_number.write(writer, field, value, view);
		return;
	}
	snprintf(text, sizeof text, "%u:\t", number);
	writer_number(writer, &label, number, text);
}

const struct kind kind_preference = {
	.syntax = "N",
	.size = sizeof(struct number),
	.takes = MEMBER_RANGE,
	.parse = parse_limit,
	.put = put_limit,
	.get = get_preference,
	.write = write_preference,
	.same = same_limit,
	.fits = same_limit,
};
