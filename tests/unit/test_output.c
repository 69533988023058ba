/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writers: text in its three spacings, JSON as `ip` writes it, and the document's columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "output/columns.h"
#include "output/json.h"
#include "output/text.h"

#define LABEL(word, key) (&(const struct label){word, key})

/* Writes every type of content, in two records. */
static void write_content(struct writer *writer)
{
	writer_begin(writer);
	writer_open(writer);
	writer_string(writer, LABEL("", "dst"), TINT_INET, "10.0.0.0/8");
	writer_string(writer, LABEL("gw", "gateway"), TINT_INET6, "fe80::1");
	writer_string(writer, LABEL("dev", "dev"), TINT_DEVICE, "eth0");
	writer_number(writer, LABEL("tos", "tos"), 16, "0x10");
	writer_number(writer, LABEL("metric", "metric"), UINT64_MAX, NULL);
	writer_string(writer, LABEL("text", NULL), TINT_NONE, "only");
	writer_string(writer, LABEL(NULL, "json"), TINT_NONE, "only");
	writer_list_open(writer, LABEL("", "flags"));
	writer_flag(writer, LABEL("onlink", "onlink"));
	writer_string(writer, NULL, TINT_NONE, "dead");
	writer_list_close(writer);
	writer_list_open(writer, LABEL("", "nexthops"));
	for (int i = 1; i < 3; i++) {
		writer_aside(writer, "\n\t");
		writer_object_open(writer, NULL);
		writer_aside(writer, "nexthop ");
		writer_string(writer, LABEL("dev", "dev"), TINT_NONE, "d");
		writer_number(writer, LABEL("weight", "weight"), i, NULL);
		writer_list_open(writer, LABEL("", "flags"));
		writer_list_close(writer);
		writer_object_close(writer);
	}
	writer_list_close(writer);
	writer_close(writer);
	writer_open(writer);
	writer_flag(writer, LABEL("not", "not"));
	writer_string(writer, LABEL("nop", "nop"), TINT_NONE, NULL);
	writer_object_open(writer, LABEL("route", "own"));
	writer_string(writer, LABEL("gw", "gw"), TINT_NONE, "10.0.0.2");
	writer_object_close(writer);
	writer_object_open(writer, LABEL("hidden", NULL));
	writer_list_open(writer, LABEL("in", "in"));
	writer_number(writer, NULL, 1, NULL);
	writer_list_close(writer);
	writer_object_close(writer);
	writer_object_open(writer, LABEL(NULL, "empty"));
	writer_object_open(writer, LABEL("in", "in"));
	writer_object_close(writer);
	writer_object_close(writer);
	writer_close(writer);
	writer_end(writer);
}

static void assert_written(struct buffer *out, struct writer *writer, const char *expected)
{
	assert_string_equal(buffer_text(out), expected);
	writer_free(writer);
	buffer_free(out);
}

static void assert_content(struct buffer *out, struct writer *writer, const char *expected)
{
	write_content(writer);
	assert_written(out, writer, expected);
}

static void test_text_between(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_content(&out, text_writer(&out, SPACING_BETWEEN, false, "add "),
		"add 10.0.0.0/8 gw fe80::1 dev eth0 tos 0x10 metric 18446744073709551615"
		" text only onlink dead\n"
		"\tnexthop dev d weight 1\n"
		"\tnexthop dev d weight 2\n"
		"add not nop route gw 10.0.0.2 hidden in 1\n");
}

static void test_text_after(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_content(&out, text_writer(&out, SPACING_AFTER, true, ""),
		"\033[1;35m10.0.0.0/8 \033[0mgw \033[1;94mfe80::1 \033[0mdev \033[1;36meth0 \033[0m"
		"tos 0x10 metric 18446744073709551615 text only onlink dead \n"
		"\tnexthop dev d weight 1 \n"
		"\tnexthop dev d weight 2 \n"
		"not nop route gw 10.0.0.2 hidden in 1 \n");
}

/* As `ip rule`: the preference and a tab, then blanks before the tokens. */
static void test_text_before(void **state)
{
	struct buffer out = {0};
	struct writer *writer = text_writer(&out, SPACING_BEFORE, true, "");

	(void)state;
	writer_begin(writer);
	writer_open(writer);
	writer_number(writer, LABEL("", "priority"), 5, "5:\t");
	writer_string(writer, LABEL("from", "src"), TINT_INET, "10.0.0.0/8");
	writer_string(writer, LABEL("to", "dst"), TINT_NONE, "");
	writer_string(writer, LABEL("iif", "iif"), TINT_DEVICE, "a/b");
	writer_number(writer, LABEL("", "n"), 7, NULL);
	writer_aside(writer, " [detached]");
	writer_string(writer, LABEL("lookup", "table"), TINT_NONE, "main");
	writer_close(writer);
	writer_end(writer);
	assert_written(&out, writer,
		"5:\tfrom \033[1;35m10.0.0.0\033[0m/8 to iif \033[1;36ma/b\033[0m 7 [detached]"
		" lookup main\n");
}

static void test_json_compact(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_content(&out, json_writer(&out, false),
		"[{\"dst\":\"10.0.0.0/8\",\"gateway\":\"fe80::1\",\"dev\":\"eth0\",\"tos\":16,"
		"\"metric\":18446744073709551615,\"json\":\"only\",\"flags\":[\"onlink\",\"dead\"],"
		"\"nexthops\":[{\"dev\":\"d\",\"weight\":1,\"flags\":[]},"
		"{\"dev\":\"d\",\"weight\":2,\"flags\":[]}]},"
		"{\"not\":true,\"nop\":null,\"own\":{\"gw\":\"10.0.0.2\"},"
		"\"empty\":{\"in\":{}}}]\n");
}

static void test_json_pretty(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_content(&out, json_writer(&out, true),
		"[ {\n"
		"        \"dst\": \"10.0.0.0/8\",\n"
		"        \"gateway\": \"fe80::1\",\n"
		"        \"dev\": \"eth0\",\n"
		"        \"tos\": 16,\n"
		"        \"metric\": 18446744073709551615,\n"
		"        \"json\": \"only\",\n"
		"        \"flags\": [ \"onlink\",\"dead\" ],\n"
		"        \"nexthops\": [ {\n"
		"                \"dev\": \"d\",\n"
		"                \"weight\": 1,\n"
		"                \"flags\": [ ]\n"
		"            },{\n"
		"                \"dev\": \"d\",\n"
		"                \"weight\": 2,\n"
		"                \"flags\": [ ]\n"
		"            } ]\n"
		"    },{\n"
		"        \"not\": true,\n"
		"        \"nop\": null,\n"
		"        \"own\": {\n"
		"            \"gw\": \"10.0.0.2\"\n"
		"        },\n"
		"        \"empty\": {\n"
		"            \"in\": {}\n"
		"        }\n"
		"    } ]\n");
}

static void test_json_empty(void **state)
{
	static const char *const expected[] = {"[]\n", "[ ]\n"};

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		struct buffer out = {0};
		struct writer *writer = json_writer(&out, pretty);

		writer_begin(writer);
		writer_end(writer);
		assert_written(&out, writer, expected[pretty]);
	}
}

/* A batch writes an array for each command. */
static void test_json_twice(void **state)
{
	struct buffer out = {0};
	struct writer *writer = json_writer(&out, false);

	(void)state;
	for (int i = 0; i < 2; i++) {
		writer_begin(writer);
		writer_open(writer);
		writer_close(writer);
		writer_end(writer);
	}
	assert_written(&out, writer, "[{}]\n[{}]\n");
}

static void test_json_escapes(void **state)
{
	struct buffer out = {0};
	struct writer *writer = json_writer(&out, false);

	(void)state;
	writer_begin(writer);
	writer_open(writer);
	writer_string(writer, LABEL("", "a"), TINT_NONE,
		"\t\n\r\f\b\\\"/'\x01\x1b\x1f\x7f gr\303\274n \377\300 \302\233 \355\263\277");
	writer_string(writer, LABEL("", "e"), TINT_NONE, "");
	writer_close(writer);
	writer_end(writer);
	assert_written(&out, writer,
		"[{\"a\":\"\\t\\n\\r\\f\\b\\\\\\\"/'\\u0001\\u001b\\u001f\\u007f gr\303\274n "
		"\\udcff\\udcc0 \\u009b \\udced\\udcb3\\udcbf\",\"e\":\"\"}]\n");
}

static const struct column rule_columns[] = {
	{"Pref", "pref", 4, true, NULL},
	{"Source", "from", 18, false, "default"},
	{"Destination", "to", 18, false, "default"},
	{"TOS", "tos", 3, false, "00"},
	{"Iface", "dev iif", 7, false, "*"},
	{"Cl", "class own", 0, false, ""},
	{0},
};

#define TITLE    "Kernel routing policy rules\n"
#define HEADINGS "Pref Source             Destination        TOS Iface   Cl\n"

static struct writer *rules_writer(struct buffer *out, bool colour)
{
	struct writer *writer =
		columns_writer(out, "Kernel routing policy rules", rule_columns, colour);

	writer_begin(writer);
	return writer;
}

static void write_rule(struct writer *writer, uint64_t pref, uint64_t class)
{
	writer_open(writer);
	writer_number(writer, LABEL("pref", "pref"), pref, NULL);
	writer_number(writer, LABEL("class", "class"), class, NULL);
	writer_close(writer);
}

static void test_columns_of_the_document(void **state)
{
	struct buffer out = {0};
	struct writer *writer = rules_writer(&out, false);

	(void)state;
	write_rule(writer, 0, 255);
	write_rule(writer, 254, 254);
	write_rule(writer, 255, 253);
	writer_end(writer);
	assert_written(&out, writer,
		TITLE HEADINGS "   0 default            default            00  *       255\n"
			       " 254 default            default            00  *       254\n"
			       " 255 default            default            00  *       253\n");
}

static void test_columns_empty(void **state)
{
	struct buffer out = {0};
	struct writer *writer = rules_writer(&out, false);

	(void)state;
	writer_end(writer);
	assert_written(&out, writer, TITLE HEADINGS);
}

static void test_columns_words(void **state)
{
	struct buffer out = {0};
	struct writer *writer = rules_writer(&out, false);

	(void)state;
	writer_open(writer);
	writer_number(writer, LABEL("pref", "pref"), 1, NULL);
	writer_string(writer, LABEL("fwmark", "fwmark"), TINT_NONE, "0x1");
	writer_aside(writer, " # not in a table\n");
	writer_number(writer, LABEL("class", "class"), 255, NULL);
	writer_flag(writer, LABEL("masq", NULL));
	writer_close(writer);

	writer_open(writer);
	writer_number(writer, LABEL("pref", "pref"), 2, "two");
	writer_flag(writer, LABEL("reject", "action"));
	writer_string(writer, LABEL(NULL, "json"), TINT_NONE, "only");
	writer_close(writer);

	writer_open(writer);
	writer_number(writer, LABEL("pref", "pref"), 3, NULL);
	writer_object_open(writer, LABEL("route", "own"));
	writer_string(writer, LABEL("gw", "gw"), TINT_NONE, "10.0.0.2");
	writer_string(writer, LABEL("dev", "dev"), TINT_NONE, "eth0");
	writer_object_close(writer);
	writer_close(writer);

	writer_open(writer);
	writer_string(writer, LABEL("iif", "iif"), TINT_NONE, "eth1");
	writer_string(writer, LABEL("dev", "dev"), TINT_NONE, "eth2"); /* the column is used */
	writer_object_open(writer, LABEL("map", "map"));
	writer_string(writer, LABEL("to", "to"), TINT_NONE, "10.0.0.3");
	writer_object_close(writer);
	writer_close(writer);

	writer_open(writer);
	writer_close(writer);
	writer_end(writer);
	assert_written(&out, writer,
		TITLE HEADINGS
		"   1 default            default            00  *       255 fwmark 0x1 masq\n"
		" two default            default            00  *           reject\n"
		"   3 default            default            00  *       own gw 10.0.0.2 dev eth0\n"
		"     default            default            00  eth1        dev eth2 map to "
		"10.0.0.3\n"
		"     default            default            00  *\n");
}

static void test_columns_grow(void **state)
{
	struct buffer out = {0};
	struct writer *writer = rules_writer(&out, true);

	(void)state;
	writer_open(writer);
	writer_number(writer, LABEL("pref", "pref"), 100000, NULL);
	writer_string(writer, LABEL("from", "from"), TINT_INET, "111.111.111.111/255");
	writer_string(writer, LABEL("dev", "dev"), TINT_DEVICE, "gr\303\274n");
	writer_number(writer, LABEL("class", "class"), 4294967295, NULL);
	writer_close(writer);
	write_rule(writer, 1, 2);
	writer_end(writer);
	assert_written(&out, writer,
		TITLE "  Pref Source              Destination        TOS Iface   Cl\n"
		      "100000 \033[1;35m111.111.111.111/255\033[0m default            00  "
		      "\033[1;36mgr\303\274n\033[0m    4294967295\n"
		      "     1 default             default            00  *       2\n");
}

/* Writes nothing before the thousandth record; from then on each at once, with the widths found. */
static void test_columns_stream(void **state)
{
	struct buffer out = {0};
	struct writer *writer = rules_writer(&out, false);
	size_t length;

	(void)state;
	for (int i = 0; i < 999; i++)
		write_rule(writer, i, 1);
	assert_int_equal(out.length, 0);
	write_rule(writer, 10000, 1);
	length = strlen(TITLE) + strlen(HEADINGS) + 1 +
	         1000 * strlen("    0 default            default            00  *       1\n");
	assert_int_equal(out.length, length);
	buffer_reset(&out);
	for (int i = 0; i < 100000; i++) {
		write_rule(writer, i, 1);
		assert_string_equal(buffer_text(&out) + 5,
			" default            default            00  *       1\n");
		buffer_reset(&out);
	}
	write_rule(writer, 1234567, 1);
	writer_end(writer);
	assert_written(
		&out, writer, "1234567 default            default            00  *       1\n");
}

static void test_columns_without_title(void **state)
{
	static const struct column columns[] = {
		{"A", "a", 0, false, "-"},
		{"B", NULL, 3, true, "long"},
		{0},
	};
	struct buffer out = {0};
	struct writer *writer = columns_writer(&out, NULL, columns, false);

	(void)state;
	writer_begin(writer);
	writer_open(writer);
	writer_flag(writer, LABEL("", "a"));
	writer_string(writer, LABEL("", "b"), TINT_NONE, "rest");
	writer_close(writer);
	writer_end(writer);
	assert_written(&out, writer, "A    B\na long rest\n");
}

static void test_free_of_nothing(void **state)
{
	(void)state;
	writer_free(NULL);
}

/* A negative number and false, for which the writer has no function. */
static void write_literals(struct writer *writer)
{
	writer_begin(writer);
	writer_open(writer);
	writer_literal(writer, LABEL("expires", "expires"), "-5", "-5sec");
	writer_literal(writer, LABEL("dead", "dead"), "false", NULL);
	writer_literal(writer, LABEL("text", NULL), "1", "only");
	writer_literal(writer, LABEL(NULL, "json"), "true", "only");
	writer_close(writer);
	writer_end(writer);
}

static void test_literals(void **state)
{
	static const struct column columns[] = {
		{"Expires", "expires", 4, true, "0"}, {NULL, NULL, 0, false, NULL}};
	struct buffer out = {0};
	struct writer *writer = text_writer(&out, SPACING_BETWEEN, false, "");

	(void)state;
	write_literals(writer);
	assert_written(&out, writer, "expires -5sec dead text only\n");
	writer = json_writer(&out, false);
	write_literals(writer);
	assert_written(&out, writer, "[{\"expires\":-5,\"dead\":false,\"json\":true}]\n");
	writer = columns_writer(&out, "Title", columns, false);
	write_literals(writer);
	assert_written(&out, writer, "Title\nExpires\n  -5sec dead text only\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_text_between),
		cmocka_unit_test(test_text_after),
		cmocka_unit_test(test_text_before),
		cmocka_unit_test(test_json_compact),
		cmocka_unit_test(test_json_pretty),
		cmocka_unit_test(test_json_empty),
		cmocka_unit_test(test_json_twice),
		cmocka_unit_test(test_json_escapes),
		cmocka_unit_test(test_columns_of_the_document),
		cmocka_unit_test(test_columns_empty),
		cmocka_unit_test(test_columns_words),
		cmocka_unit_test(test_columns_grow),
		cmocka_unit_test(test_columns_stream),
		cmocka_unit_test(test_columns_without_title),
		cmocka_unit_test(test_free_of_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
