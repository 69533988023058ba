/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of names: which files and lines are used, and the number of a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "names/names.h"

/* A folder with etc/ and usr/, and the names read from it. */
struct room {
	char folder[64], etc[80], usr[80];
	struct names *names;
};

static void make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static int enter(void **state)
{
	static struct room room;
	char path[128];

	snprintf(room.folder, sizeof room.folder, "%s/names.XXXXXX",
		getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	assert_non_null(mkdtemp(room.folder));
	snprintf(room.etc, sizeof room.etc, "%s/etc", room.folder);
	snprintf(room.usr, sizeof room.usr, "%s/usr", room.folder);
	make_folder(room.etc);
	make_folder(room.usr);
	snprintf(path, sizeof path, "%s/rt_protos.d", room.etc);
	make_folder(path);
	snprintf(path, sizeof path, "%s/rt_protos.d", room.usr);
	make_folder(path);
	room.names = names_new_in(room.etc, room.usr);
	*state = &room;
	return 0;
}

static int leave(void **state)
{
	struct room *room = *state;
	char command[128];

	names_free(room->names);
	snprintf(command, sizeof command, "rm -r '%s'", room->folder);
	return system(command);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static uint32_t number_of(struct room *room, enum name_set set, const char *name)
{
	uint32_t number = UINT32_MAX;

	return names_number(room->names, set, name, &number) ? number : UINT32_MAX;
}

/* As in Debian's frr package: 196 has the name static, which also is 4. */
static void test_lowest_number_has_the_name(void **state)
{
	struct room *room = *state;

	write_file(room->etc, "rt_protos.d/frr.conf", "186 bgp\n196  static\n197 openfabric\n");
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "static"), 4);
	assert_string_equal(names_name(room->names, NAMES_PROTOCOLS, 4), "static");
	assert_null(names_name(room->names, NAMES_PROTOCOLS, 196));
	assert_string_equal(names_listed(room->names, NAMES_PROTOCOLS, 196), "static");
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "openfabric"), 197);
}

/* A name that was replaced is used only if no number has it. */
static void test_last_line_names_the_number(void **state)
{
	struct room *room = *state;

	write_file(room->etc, "rt_protos", "11 frr\n12 zebra\n5 gated2\n");
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "zebra"), 12);
	assert_string_equal(names_name(room->names, NAMES_PROTOCOLS, 11), "frr");
	assert_string_equal(names_name(room->names, NAMES_PROTOCOLS, 12), "zebra");
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "bird"), 12);
}

/* `ip` keeps tables in 256 hash lists. It takes the first list with the name, and in it the newest
 * line. */
static void test_tables_of_one_name(void **state)
{
	struct room *room = *state;

	write_file(room->etc, "rt_tables", "300 twice\n206 twice\n1000 ring\n232 ring\n");
	assert_int_equal(number_of(room, NAMES_TABLES, "twice"), 300);
	assert_null(names_name(room->names, NAMES_TABLES, 206));
	assert_int_equal(number_of(room, NAMES_TABLES, "ring"), 232);
	assert_null(names_name(room->names, NAMES_TABLES, 1000));
	assert_int_equal(number_of(room, NAMES_TABLES, "main"), 254);
}

static void test_digits_are_no_name(void **state)
{
	struct room *room = *state;

	write_file(room->etc, "rt_tables", "205 254\n201 4g\n202 0x\n");
	assert_int_equal(number_of(room, NAMES_TABLES, "254"), UINT32_MAX);
	assert_null(names_name(room->names, NAMES_TABLES, 205));
	assert_int_equal(number_of(room, NAMES_TABLES, "4g"), 201);
	assert_string_equal(names_name(room->names, NAMES_TABLES, 201), "4g");
	assert_int_equal(number_of(room, NAMES_TABLES, "0x"), 202);
}

static void test_etc_comes_before_usr(void **state)
{
	struct room *room = *state;

	write_file(room->etc, "rt_realms", "7 etc\n");
	write_file(room->usr, "rt_realms", "8 usr\n");
	write_file(room->usr, "rt_scopes", "9 scope\n");
	write_file(room->etc, "rt_protos.d/a.conf", "100 etc-a\n");
	write_file(room->usr, "rt_protos.d/a.conf", "101 usr-a\n");
	write_file(room->usr, "rt_protos.d/b.conf", "102 usr-b\n");
	write_file(room->usr, "rt_protos.d/readme", "103 readme\n");
	assert_int_equal(number_of(room, NAMES_REALMS, "etc"), 7);
	assert_int_equal(number_of(room, NAMES_REALMS, "usr"), UINT32_MAX);
	assert_int_equal(number_of(room, NAMES_SCOPES, "scope"), 9);
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "etc-a"), 100);
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "usr-a"), UINT32_MAX);
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "usr-b"), 102);
	assert_int_equal(number_of(room, NAMES_PROTOCOLS, "readme"), UINT32_MAX);
}

static void assert_bad_line(struct room *room, const char *wanted)
{
	char path[160];

	snprintf(path, sizeof path, "%s/%s", room->etc, wanted);
	assert_non_null(names_bad_line(room->names));
	assert_string_equal(names_bad_line(room->names), path);
}

static void test_bad_line_is_noted(void **state)
{
	struct room *room = *state;

	assert_null(names_bad_line(room->names));
	write_file(room->etc, "rt_tables",
		"# comment\n\n100 first\nhundred second\n300 third\n-1 x\n");
	assert_int_equal(number_of(room, NAMES_TABLES, "third"), 300);
	assert_int_equal(number_of(room, NAMES_TABLES, "first"), 100);
	assert_bad_line(room, "rt_tables:4");
}

static void test_what_a_bad_line_is(void **state)
{
	static const char *const bad[] = {"-1 x", "+1 x", "256 x", "1x x", "1", "0x x",
		"99999999999999999999 x",
		"1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	static const char *const good[] = {
		"1 x", "0x1F x", "255\tx", " 1 x # why", "# 1", "", "1 x # y z", "1 x#y"};
	struct room *room = *state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad + sizeof good / sizeof *good; i++) {
		bool is_bad = i < sizeof bad / sizeof *bad;
		const char *line = is_bad ? bad[i] : good[i - sizeof bad / sizeof *bad];
		struct names *names = names_new_in(room->etc, room->usr);

		write_file(room->etc, "rt_realms", line);
		names_name(names, NAMES_REALMS, 3);
		if (is_bad != (names_bad_line(names) != NULL))
			fail_msg("\"%s\"", line);
		names_free(names);
	}
}

static void test_services(void **state)
{
	struct room *room = *state;

	write_file(room->folder, "services",
		"# comment\nsmtp\t25/tcp\tmail\nsip-tls 5061/tcp\nsip-tls 5061/udp # again\nodd "
		"5\n");
	assert_int_equal(number_of(room, NAMES_SERVICES, "smtp"), 25);
	assert_int_equal(number_of(room, NAMES_SERVICES, "mail"), 25);
	assert_int_equal(number_of(room, NAMES_SERVICES, "sip-tls"), 5061);
	assert_int_equal(number_of(room, NAMES_SERVICES, "odd"), UINT32_MAX);
	assert_non_null(names_bad_line(room->names));
}

static void test_protocols(void **state)
{
	struct room *room = *state;
	char path[160];

	write_file(room->folder, "protocols", "icmp 1 ICMP\nmptcp 262 MPTCP\n");
	assert_int_equal(number_of(room, NAMES_IP_PROTOCOLS, "ICMP"), 1);
	assert_int_equal(number_of(room, NAMES_IP_PROTOCOLS, "mptcp"), UINT32_MAX);
	assert_null(names_bad_line(room->names));
	names_free(room->names);
	room->names = names_new_in(room->etc, room->usr);
	write_file(room->folder, "protocols", "icmp 1\nx y\n");
	assert_int_equal(number_of(room, NAMES_IP_PROTOCOLS, "ICMP"), UINT32_MAX);
	snprintf(path, sizeof path, "%s/protocols:2", room->folder);
	assert_string_equal(names_bad_line(room->names), path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lowest_number_has_the_name, enter, leave),
		cmocka_unit_test_setup_teardown(test_last_line_names_the_number, enter, leave),
		cmocka_unit_test_setup_teardown(test_tables_of_one_name, enter, leave),
		cmocka_unit_test_setup_teardown(test_digits_are_no_name, enter, leave),
		cmocka_unit_test_setup_teardown(test_etc_comes_before_usr, enter, leave),
		cmocka_unit_test_setup_teardown(test_bad_line_is_noted, enter, leave),
		cmocka_unit_test_setup_teardown(test_what_a_bad_line_is, enter, leave),
		cmocka_unit_test_setup_teardown(test_services, enter, leave),
		cmocka_unit_test_setup_teardown(test_protocols, enter, leave),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
