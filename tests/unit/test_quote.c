/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A name of any bytes is read back unchanged, from text, where it is quoted, and from JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buffer.h"
#include "base/json_reader.h"
#include "base/utf8.h"
#include "base/words.h"
#include "output/columns.h"
#include "output/json.h"
#include "output/text.h"

enum { NAME_ROOM = 16, RANDOM_NAMES = 200000 };

static const struct label label = {"dev", "dev"};

/* Output is one line of UTF-8 without control characters. */
static void assert_harmless(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		assert_int_not_equal(length, 0);
		assert_false(utf8_is_control(text));
		text += length;
	}
}

static void write_record(struct writer *writer, const char *name)
{
	writer_begin(writer);
	writer_open(writer);
	writer_string(writer, &label, TINT_DEVICE, name);
	writer_close(writer);
	writer_end(writer);
	writer_free(writer);
}

static void check_text(const char *name)
{
	struct buffer out = {0};
	const char *word[4];
	const char *reason = NULL;

	write_record(text_writer(&out, SPACING_BETWEEN, false, "add "), name);
	assert_int_equal(out.data[out.length - 1], '\n');
	out.length--;
	assert_harmless(buffer_text(&out));
	/* More words follow it in the line. */
	buffer_string(&out, " class 250");
	buffer_text(&out);
	if (words_cut(out.data + 4, word, 4, &reason) != 4)
		fail_msg("%s", reason);
	assert_string_equal(word[1], name);
	buffer_free(&out);
}

static void check_json(const char *name)
{
	struct buffer out = {0};
	struct json json = {0};
	const char *word[4];

	write_record(json_writer(&out, false), name);
	out.length--;
	assert_harmless(buffer_text(&out));
	json.at = out.data;
	assert_int_equal(json_open(&json), 0);
	assert_int_equal(json_next(&json, word, 4), 2);
	assert_string_equal(word[1], name);
	json_close(&json);
	buffer_free(&out);
}

static void check_columns(const char *name)
{
	static const struct column columns[] = {{"Iface", "dev", 7, false, "*"}, {0}};
	struct buffer out = {0};
	char *line;

	write_record(columns_writer(&out, NULL, columns, false), name);
	buffer_text(&out);
	line = strchr(out.data, '\n') + 1;
	*strchr(line, '\n') = '\0';
	assert_harmless(line);
	buffer_free(&out);
}

static void check_name(const char *name)
{
	struct buffer visible = {0};

	check_text(name);
	check_json(name);
	check_columns(name);
	utf8_add_visible(&visible, name);
	if (!strchr(name, '\n'))
		assert_harmless(buffer_text(&visible));
	buffer_free(&visible);
}

static void test_short_names(void **state)
{
	char name[3] = "";

	(void)state;
	for (int first = 1; first < 256; first++) {
		name[0] = (char)first;
		name[1] = '\0';
		check_name(name);
		for (int second = 1; second < 256; second++) {
			name[1] = (char)second;
			check_name(name);
		}
	}
}

/* Prefers bytes with a meaning. */
static void test_random_names(void **state)
{
	static const char special[] =
		"'\"$\\#x \n\r\t\x1b\x7f\xc2\x9b\xed\xb3\xbf\xf0\x9f\xff\xc0udc8{}";
	uint64_t seed = 1;
	char name[NAME_ROOM];

	(void)state;
	for (int i = 0; i < RANDOM_NAMES; i++) {
		size_t length;

		seed = seed * 6364136223846793005U + 1442695040888963407U;
		length = 1 + (seed >> 33) % (NAME_ROOM - 1);
		for (size_t j = 0; j < length; j++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			name[j] = (char)(seed >> 33);
			if (seed >> 60 > 3 || !name[j])
				name[j] = special[(seed >> 40) % (sizeof special - 1)];
		}
		name[length] = '\0';
		check_name(name);
	}
}

static void test_plain_names_stay(void **state)
{
	static const char *const plain[] = {"eth0", "main", "a#b", "4g", "*", "dev", "default",
		"$x", "x$", "gr\303\274n", "[a]", "{", "10.0.0.0/8", "if-2.100@x"};
	static const char *const quoted[][2] = {
		{"#x", "'#x'"},
		{"a b", "'a b'"},
		{"\"a", "'\"a'"},
		{"a\"b", "'a\"b'"},
		{"'a", "\"'a\""},
		{"\\", "'\\'"},
		{"", "''"},
		{"$'", "\"$'\""},
		{"'\"", "$'\\'\"'"},
		{"a\x1b[1m", "$'a\\x1b[1m'"},
		{"\377", "$'\\xff'"},
		{"\302\233", "$'\\xc2\\x9b'"},
		{"'\n\\", "$'\\'\\x0a\\\\'"},
	};
	struct buffer out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		buffer_reset(&out);
		word_quote(&out, plain[i]);
		assert_string_equal(buffer_text(&out), plain[i]);
	}
	for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++) {
		buffer_reset(&out);
		word_quote(&out, quoted[i][0]);
		assert_string_equal(buffer_text(&out), quoted[i][1]);
	}
	buffer_free(&out);
}

static void test_escapes_of_bash(void **state)
{
	static const char *const lines[][2] = {
		{"$'a\\n\\r\\t\\\\\\'b'", "a\n\r\t\\'b"},
		{"$'\\x41\\xfF'", "A\377"},
		{"a$'b c'd", "ab cd"},
		{"'a'$'b'\"c\"", "abc"},
		{"$\"a b\"", "$a b"},
		{"$", "$"},
	};
	static const char *const wrong[] = {
		"$'a", "$'\\q'", "$'\\x4'", "$'\\x'", "$'\\x00'", "$'\\", "$'\\xg0'", "$'\\x4 '"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char line[64];
		const char *word[4];
		const char *reason = NULL;

		snprintf(line, sizeof line, "%s", lines[i][0]);
		assert_int_equal(words_cut(line, word, 4, &reason), 1);
		assert_string_equal(word[0], lines[i][1]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char line[64];
		const char *word[4];
		const char *reason = NULL;

		snprintf(line, sizeof line, "%s", wrong[i]);
		assert_int_equal(words_cut(line, word, 4, &reason), -1);
		assert_string_equal(reason, "a quote is open");
	}
}

/* Characters above U+FFFF as other programs escape them. */
static void test_surrogates(void **state)
{
	static const char *const texts[][2] = {
		{"[{\"a\":\"\\ud83d\\ude00\"}]", "\360\237\230\200"},
		{"[{\"a\":\"\\ud83d\\udcff\"}]", "\360\237\223\277"},
		{"[{\"a\":\"\\udcff\\udc80\"}]", "\377\200"},
		{"[{\"a\":\"\\uFFFD\"}]", "\357\277\275"},
	};
	static const char *const wrong[] = {"[{\"a\":\"\\ud83d\"}]", "[{\"a\":\"\\udc41\"}]",
		"[{\"a\":\"\\udd00\"}]", "[{\"a\":\"\\ud83dx\"}]", "[{\"a\":\"\\u0000\"}]",
		"[{\"a\":\"\\u12\"}]", "[{\"a\":\"\\u-123\"}]", "[{\"a\":\"\\ud83d\\u0041\"}]"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char text[64];
		const char *word[4];
		struct json json = {.at = text};

		snprintf(text, sizeof text, "%s", texts[i][0]);
		assert_int_equal(json_open(&json), 0);
		assert_int_equal(json_next(&json, word, 4), 2);
		assert_string_equal(word[1], texts[i][1]);
		json_close(&json);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char text[64];
		const char *word[4];
		struct json json = {.at = text};

		snprintf(text, sizeof text, "%s", wrong[i]);
		assert_int_equal(json_open(&json), 0);
		assert_int_equal(json_next(&json, word, 4), -1);
		json_close(&json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_names),
		cmocka_unit_test(test_random_names),
		cmocka_unit_test(test_plain_names_stay),
		cmocka_unit_test(test_escapes_of_bash),
		cmocka_unit_test(test_surrogates),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
