/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a policy file: names, included files, the owner, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "state/policy_lines.h"

static char folder[] = "test_policy_lines.XXXXXX";

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* All lines of "policy", each with its file, number and words. */
static int read_all(
	struct policy_lines *lines, struct words *words, struct buffer *out, struct error *error)
{
	int status = policy_lines_open(lines, "policy", error);

	while (!status) {
		status = policy_lines_next(lines, words, error);
		if (status || !words->count)
			break;
		buffer_format(out, "%s:%d:", words->file, words->line);
		for (int i = 0; i < words->count; i++)
			buffer_format(out, " <%s>", words->word[i]);
		buffer_char(out, '\n');
	}
	return status;
}

static void check(const char *text, const char *expected)
{
	struct policy_lines lines;
	struct words words;
	struct buffer out = {0};
	struct error error = {0};

	write_file("policy", text);
	assert_int_equal(read_all(&lines, &words, &out, &error), 0);
	assert_string_equal(buffer_text(&out), expected);
	policy_lines_close(&lines);
	buffer_free(&out);
}

static void test_names(void **state)
{
	(void)state;
	check("set lan 10.1.0.0/16\naddrule from $lan class 5\n",
		"policy:2: <addrule> <from> <10.1.0.0/16> <class> <5>\n");
	check("set n 10.1\nset m ${n}.2\nadd ${m}.0/24 gw $n.0.1\n",
		"policy:3: <add> <10.1.2.0/24> <gw> <10.1.0.1>\n");
	check("set up gw 192.0.2.2 dev eth0\nadd default $up\n",
		"policy:2: <add> <default> <gw> <192.0.2.2> <dev> <eth0>\n");
	check("set a 'x y'\nadd dev $a$$\n", "policy:2: <add> <dev> <x y$>\n");
	check("add dev $$x\n", "policy:1: <add> <dev> <$x>\n");
}

static void test_include(void **state)
{
	(void)state;
	mkdir("sub", 0700);
	write_file("sub/one", "set b 2\n\nadd $a\ninclude two\n");
	write_file("sub/two", "add $b\n");
	check("set a 1\ninclude sub/one\nadd $b\n",
		"sub/one:3: <add> <1>\nsub/two:1: <add> <2>\npolicy:3: <add> <2>\n");
	unlink("sub/one");
	unlink("sub/two");
	rmdir("sub");
}

/* Files that include each other twice would be read 2, 4, 8 ... times. */
static void test_once(void **state)
{
	enum { DEEP = 15 };
	char name[8], text[64];

	(void)state;
	for (int i = 1; i <= DEEP; i++) {
		snprintf(name, sizeof name, "f%d", i);
		snprintf(text, sizeof text, i < DEEP ? "include f%d\ninclude ./f%d\n" : "add x\n",
			i + 1, i + 1);
		write_file(name, text);
	}
	check("include f1\ninclude f1\nadd y\n", "f15:1: <add> <x>\npolicy:3: <add> <y>\n");
	for (int i = 1; i <= DEEP; i++) {
		snprintf(name, sizeof name, "f%d", i);
		unlink(name);
	}
}

/* A chain of files, and circles over several files and names. */
static void test_deep(void **state)
{
	static const struct {
		const char *one, *message;
	} circles[] = {
		{"include policy\n", "policy includes itself"},
		{"include ./policy\n", "./policy includes itself"},
		{"include again\n", "again includes itself"},
	};
	struct policy_lines lines;
	struct words words;
	struct buffer out = {0};
	struct error error = {0};
	char name[8], text[64];

	(void)state;
	for (int i = 1; i <= 16; i++) {
		snprintf(name, sizeof name, "f%d", i);
		snprintf(text, sizeof text, "include f%d\n", i + 1);
		write_file(name, text);
	}
	write_file("policy", "include f1\n");
	assert_int_equal(read_all(&lines, &words, &out, &error), -1);
	assert_string_equal(error.message, "the files include each other too deeply");
	policy_lines_close(&lines);
	write_file("policy", "include f1\n");
	assert_int_equal(symlink("policy", "again"), 0);
	for (size_t i = 0; i < sizeof circles / sizeof *circles; i++) {
		write_file("f1", circles[i].one);
		assert_int_equal(read_all(&lines, &words, &out, &error), -1);
		assert_string_equal(error.message, circles[i].message);
		policy_lines_close(&lines);
	}
	unlink("again");
	for (int i = 1; i <= 16; i++) {
		snprintf(name, sizeof name, "f%d", i);
		unlink(name);
	}
	buffer_free(&out);
}

static void test_owner(void **state)
{
	struct policy_lines lines;
	struct words words;
	struct buffer out = {0};
	struct error error = {0};

	(void)state;
	write_file("policy", "owner wan\nowner wan\nadd x\n");
	assert_int_equal(read_all(&lines, &words, &out, &error), 0);
	assert_string_equal(lines.owner, "wan");
	assert_int_equal(lines.number, 1);
	policy_lines_close(&lines);
	buffer_free(&out);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text, *message;
		int line, word;
		const char *hint;
	} refusals[] = {
		{"add $lan\n", "\"$lan\" is not set", 1, 1,
			"put a line \"set lan VALUE\" before this one; a dollar is written "
			"twice: \"$$lan\""},
		{"set a b\nadd x$a-$b$c\n", "\"$b\" is not set", 2, 1,
			"put a line \"set b VALUE\" before this one; a dollar is written "
			"twice: \"x$a-$$b$c\""},
		{"add $1\n", "no name follows \"$\"", 1, 1,
			"write $NAME or ${NAME}; a dollar is written twice: \"$$1\""},
		{"add ${a\n", "no name follows \"$\"", 1, 1, NULL},
		{"set a 1\nset a 2\n", "a is set at policy:1", 2, 1, NULL},
		{"set 1a 2\n", "\"1a\" cannot be a name", 1, 1,
			"a name has letters, digits and \"_\", no digit first"},
		{"set\n", "\"\" cannot be a name", 1, 1, NULL},
		{"set a\n", "set a needs a value", 1, 2, NULL},
		{"set a 1 2\nadd x$a\n", "$a has 2 words: it must stand alone", 2, 1, NULL},
		{"include nowhere\n", "nowhere: No such file or directory", 1, 1, NULL},
		{"include\n", "include takes the name of one file", 1, 1, NULL},
		{"include policy\n", "policy includes itself", 1, 1, NULL},
		{"owner a\nowner b\n", "the owner is a", 2, 1, NULL},
		{"add x\nowner b\n", "the owner must be named before any route or rule", 2, 0,
			NULL},
		{"owner\n", "owner takes one name of a protocol", 1, 1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct policy_lines lines;
		struct words words;
		struct buffer out = {0};
		struct error error = {0};

		write_file("policy", refusals[i].text);
		assert_int_equal(read_all(&lines, &words, &out, &error), -1);
		assert_string_equal(error.message, refusals[i].message);
		if (refusals[i].hint)
			assert_string_equal(error.hint, refusals[i].hint);
		assert_int_equal(error.words->line, refusals[i].line);
		assert_int_equal(error.word, refusals[i].word);
		policy_lines_close(&lines);
		buffer_free(&out);
	}
}

static int enter(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
	(void)state;
	return unlink("policy") || chdir("..") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_include),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_refusals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter, leave);
}
