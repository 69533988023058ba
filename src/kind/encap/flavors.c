/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flavors and counters of seg6local. */
#include "kind/encap/flavors.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libmnl/libmnl.h>
#include <linux/seg6_local.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/received.h"

/* Names, indexed by bit. */
static const char *const names[] = {NULL, "psp", "usp", "usd", "next-csid"};

enum { NAMES = sizeof names / sizeof *names };

/* Reads a name, in upper or lower case, or the number of a bit. */
static uint32_t flavor_bit(const char *text)
{
	uint32_t number;

	for (uint32_t i = 1; i < NAMES; i++)
		if (!strcasecmp(text, names[i]))
			return 1U << i;
	if (number_read(text, DIALECT_OWN, &number) && number < 32)
		return 1U << number;
	return 0;
}

static int parse_flavors(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *flavors = value;
	const char *at = parser_value(parser, field, error);

	if (!at)
		return -1;
	if (flavors->given && parser->dialect == DIALECT_IP)
		return parser_refuse_again(parser, error, field->word, at);
	for (;;) {
		size_t length = strcspn(at, ",");
		char text[16];
		uint32_t bit;

		snprintf(text, sizeof text, "%.*s", (int)length, at);
		bit = length < sizeof text ? flavor_bit(text) : 0;
		if (!bit) {
			parser_refuse(parser, error, "\"%.*s\" is not a flavor", (int)length, at);
			return error_hint(error, "psp, usp, usd or next-csid");
		}
		if (flavors->value & bit)
			return parser_refuse(parser, error, "\"%s\" is given twice", text);
		flavors->value |= bit;
		at += length;
		if (!*at++)
			break;
	}
	flavors->given = true;
	return 0;
}

static void put_flavors(struct nlmsghdr *message, const struct field *field, const void *value)
{
	kind_number.put(message, field, value);
}

static void get_flavors(struct message *message, const struct field *field, void *value)
{
	struct number *flavors = value;

	kind_number.get(message, field, value);
	flavors->given = flavors->value != 0;
}

/* In JSON a list of names. */
static void write_flavors(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t flavors = ((const struct number *)value)->value;
	struct label word = {.word = field_word(field, view->dialect)};
	struct label key = {.key = field->word};
	struct buffer joined = {0};

	writer_list_open(writer, &key);
	for (uint32_t i = 0; i < 32; i++) {
		char number[4];
		const char *name = i < NAMES ? names[i] : NULL;

		if (!(flavors >> i & 1) || (!name && view->dialect == DIALECT_IP))
			continue;
		snprintf(number, sizeof number, "%u", i);
		buffer_format(&joined, "%s%s", joined.length ? "," : "", name ? name : number);
		writer_string(writer, NULL, TINT_NONE, name ? name : number);
	}
	writer_list_close(writer);
	writer_string(writer, &word, TINT_NONE, buffer_text(&joined));
	buffer_free(&joined);
}

static bool same_flavors(const void *a, const void *b)
{
	return kind_number.same(a, b);
}

const struct kind kind_flavors = {
	.syntax = "FLAVOR[,FLAVOR...]",
	.size = sizeof(struct number),
	.parse = parse_flavors,
	.put = put_flavors,
	.get = get_flavors,
	.write = write_flavors,
	.same = same_flavors,
	.repeats = true,
};

/* ---- counters ---- */

static int parse_counters(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	(void)parser;
	(void)field;
	(void)error;
	((struct counters *)value)->given = true;
	return 0;
}

static void put_counters(struct nlmsghdr *message, const struct field *field, const void *value)
{
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

	(void)value;
	mnl_attr_put_u64(message, SEG6_LOCAL_CNT_PACKETS, 0);
	mnl_attr_put_u64(message, SEG6_LOCAL_CNT_BYTES, 0);
	mnl_attr_put_u64(message, SEG6_LOCAL_CNT_ERRORS, 0);
	mnl_attr_nest_end(message, nest);
}

static void get_counters(struct message *message, const struct field *field, void *value)
{
	struct counters *counters = value;
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *attribute;

	if (!nest)
		return;
	counters->given = true;
	mnl_attr_for_each_nested(attribute, nest)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (mnl_attr_get_payload_len(attribute) < sizeof(uint64_t))
			continue;
		if (type == SEG6_LOCAL_CNT_PACKETS)
			counters->packets = mnl_attr_get_u64(attribute);
		else if (type == SEG6_LOCAL_CNT_BYTES)
			counters->bytes = mnl_attr_get_u64(attribute);
		else if (type == SEG6_LOCAL_CNT_ERRORS)
			counters->errors = mnl_attr_get_u64(attribute);
	}
}

static void write_counter(struct writer *writer, const char *word, uint64_t number)
{
	struct label label = {.word = word, .key = word};

	writer_number(writer, &label, number, NULL);
}

/* `ip` shows only counters that aren't 0, and only with -s. */
static void write_counters(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct counters *counters = value;
	struct label flag = {.word = field->word, .key = field->word};
	struct label object = {.word = "", .key = "stats64"};

	if (view->dialect == DIALECT_OWN)
		writer_flag(writer, &flag);
	if (!view->statistics || view->complete)
		return;
	writer_object_open(writer, &object);
	write_counter(writer, "packets", counters->packets);
	write_counter(writer, "bytes", counters->bytes);
	write_counter(writer, "errors", counters->errors);
	writer_object_close(writer);
}

static bool same_counters(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

const struct kind kind_counters = {
	.syntax = "",
	.size = sizeof(struct counters),
	.parse = parse_counters,
	.put = put_counters,
	.get = get_counters,
	.write = write_counters,
	.same = same_counters,
};
