/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of records: inventories and their differences, mirrors, selections, and JSON that is
 * converted to words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/json_reader.h"
#include "base/words.h"
#include "field/walk.h"
#include "names/names.h"
#include "state/difference.h"
#include "state/mirror.h"
#include "state/selection.h"

enum { WORDS_MAX = 64 };

static struct names *names;
static struct keywords *keyword_sets[2]; /* of routes, of rules */
static struct arena arena;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(names, test_devices());
	keyword_sets[0] = keywords_new(&route_object, DIALECT_OWN);
	keyword_sets[1] = keywords_new(&rule_object, DIALECT_OWN);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	keywords_free(keyword_sets[0]);
	keywords_free(keyword_sets[1]);
	names_free(names);
	arena_free(&arena);
	return 0;
}

/* Reads words into a record; `filter`: as a selection. */
static void *read_record(const struct object *object, const char *line, bool filter)
{
	const char **word = arena_get(&arena, WORDS_MAX * sizeof *word);
	struct words words = {.word = word};
	struct parser parser = {
		.words = &words,
		.names = names,
		.arena = &arena,
		.family_word = -1,
		.filter = filter,
	};
	void *record = arena_get(&arena, object->size);
	struct origin origin;
	struct error error = {0};
	const char *reason;

	words.count =
		words_cut(arena_copy(&arena, line, strlen(line) + 1), word, WORDS_MAX, &reason);
	origin_clear(&origin, object);
	if (fields_parse(
		    &parser, keyword_sets[object == &rule_object], 0, record, &origin, &error) ||
		(!filter && object->finish(&parser, record, &origin, false, &error)))
		fail_msg("%s: %s", line, error.message);
	if (filter)
		((struct record *)record)->family = parser.family;
	return record;
}

/* `add …` and `addrule …`, up to NULL. */
static void fill(struct inventory *inventory, const char *const *lines)
{
	inventory_init(inventory, names, false, false);
	for (; *lines; lines++) {
		bool rule = !strncmp(*lines, "addrule ", 8);
		const struct object *object = rule ? &rule_object : &route_object;

		inventory_add(
			inventory, object, read_record(object, strchr(*lines, ' ') + 1, false));
	}
}

/* ---- inventories ---- */

static void test_sorted(void **state)
{
	static const char *const lines[] = {
		"add default gw 192.0.2.1 dev eth0",
		"add 10.0.0.0/8 gw 192.0.2.1 dev eth0 metric 1",
		"add 10.1.0.0/16 dev eth0",
		"add 10.1.0.0/16 gw 192.0.2.1 dev eth0",
		"addrule pref 9 class 7",
		"add reject 10.2.0.0/16",
		"add 10.3.0.0/16 gw 192.0.2.1 dev eth0 scope site",
		NULL,
	};
	static const char *const sorted[] = {
		"reject 10.2.0.0/16 class main",
		"10.3.0.0/16 gw 192.0.2.1 dev eth0 class main scope site",
		"default gw 192.0.2.1 dev eth0 class main",
		"10.0.0.0/8 gw 192.0.2.1 dev eth0 class main metric 1",
		"10.1.0.0/16 dev eth0 class main",
		"10.1.0.0/16 gw 192.0.2.1 dev eth0 class main",
		"pref 9 class 7",
	};
	struct inventory inventory;

	(void)state;
	fill(&inventory, lines);
	inventory_sort(&inventory);
	for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++)
		assert_string_equal(inventory_text(&inventory, i), sorted[i]);
	/* Rivals. */
	assert_int_equal(inventory_item(&inventory, 4)->key, inventory_item(&inventory, 5)->key);
	inventory_free(&inventory);
}

/* A value that means nothing does not change the key. */
static void test_keys(void **state)
{
	static const char *const lines[] = {
		"add 10.0.0.0/8 dev eth0",
		"add 10.0.0.0/8 dev eth1 metric 0 tos 0",
		"add 10.0.0.0/8 dev eth0 metric 1",
		"add 10.0.0.0/8 dev eth0 class 7",
		"add 10.0.0.0/9 dev eth0",
		"add ::/0 dev eth0",
		"add default dev eth0",
		NULL,
	};
	struct inventory inventory;

	(void)state;
	fill(&inventory, lines);
	assert_int_equal(inventory_item(&inventory, 0)->key, inventory_item(&inventory, 1)->key);
	for (size_t i = 1; i < inventory.items.count; i++)
		for (size_t j = i + 1; j < inventory.items.count; j++)
			if (inventory_item(&inventory, i)->key ==
				inventory_item(&inventory, j)->key)
				fail_msg("%s and %s", lines[i], lines[j]);
	inventory_free(&inventory);
}

/* ---- differences ---- */

static struct records read_records(const char *const *lines)
{
	struct records records = {0};

	for (; *lines; lines++) {
		bool rule = !strncmp(*lines, "addrule ", 8);
		const struct object *object = rule ? &rule_object : &route_object;

		records_add(&records, object, read_record(object, strchr(*lines, ' ') + 1, false));
	}
	return records;
}

struct comparison {
	const char *have[6], *want[6];
	const char *fates; /* a letter for each existing record, then for each wanted one */
};

/* = same, + add, & append, % replace, o replaced, - remove, < make place */
static const char letters[] = "=+&%o-<";

static void check_comparison(const struct comparison *comparison)
{
	struct records have = read_records(comparison->have);
	struct records want = read_records(comparison->want);
	struct difference difference;
	char fates[32] = "";
	size_t length = 0;

	difference_find(&difference, &have, &want);
	for (size_t i = 0; i < have.items.count; i++)
		fates[length++] = letters[difference.have[i]];
	fates[length++] = '|';
	for (size_t i = 0; i < want.items.count; i++)
		fates[length++] = letters[difference.want[i]];
	assert_string_equal(fates, comparison->fates);
	difference_free(&difference);
	records_free(&have);
	records_free(&want);
}

#define A  "add 10.1.0.0/16 dev eth0"
#define A1 "add 10.1.0.0/16 dev eth1"
#define A2 "add 10.1.0.0/16 gw 192.0.2.1 dev eth0"
#define B  "add 10.2.0.0/16 dev eth0"
#define R  "addrule pref 7 from 10.1.0.0/16 class 7"
#define R1 "addrule pref 7 from 10.2.0.0/16 class 7"
#define RC "addrule pref 7 from 10.1.0.0/16 class 8"
#define R8 "addrule pref 8 from 10.1.0.0/16 class 7"

static void test_differences(void **state)
{
	static const struct comparison comparisons[] = {
		{{NULL}, {NULL}, "|"},
		{{A, B}, {A, B}, "==|=="},
		{{A, B}, {B, A}, "==|=="},
		{{A}, {NULL}, "-|"},
		{{NULL}, {A, B}, "|++"},
		{{A}, {A1}, "o|%"},
		{{A, A1}, {A, A1}, "==|=="},
		{{A, A1}, {A}, "=-|="},
		{{A}, {A, A1}, "=|=&"},
		{{A, A1}, {A1, A}, "<<|+&"},
		{{A, A1}, {A2}, "<<|+"},
		{{A}, {A1, A2}, "<|+&"},
		{{R}, {R1}, "-|+"},
		{{R, R1}, {R}, "=-|="},
		{{R}, {R, R1}, "=|=&"},
		{{R}, {RC}, "-|+"},
		{{R1}, {R, R1}, "<|+&"},
		{{R}, {R8}, "-|+"},
		{{A, R}, {R, A}, "==|=="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
		check_comparison(&comparisons[i]);
}

static void test_counts(void **state)
{
	static const char *const have_lines[] = {A, B, R, NULL};
	static const char *const want_lines[] = {A1, R, R8, NULL};
	struct records have = read_records(have_lines);
	struct records want = read_records(want_lines);
	struct difference difference;

	(void)state;
	difference_find(&difference, &have, &want);
	assert_int_equal(difference.added, 1);
	assert_int_equal(difference.changed, 1);
	assert_int_equal(difference.removed, 1);
	assert_int_equal(difference.replaced[0], 0);
	difference_free(&difference);
	records_free(&have);
	records_free(&want);
}

/* ---- mirrors ---- */

static void note(void *context, const char *line, bool there, bool rule)
{
	buffer_format(context, "%c%s%s\n", there ? '+' : '-', rule ? "rule " : "", line);
}

static void test_mirror(void **state)
{
	struct mirror mirror;
	struct mirror now;
	struct buffer told = {0};

	(void)state;
	mirror_init(&mirror, names);
	mirror_init(&now, names);
#define RECORD(line) read_record(&route_object, line, false)
	assert_true(mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth0"), false));
	assert_false(mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth0"), false));
	assert_true(mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth1"), false));
	/* Replaces the first of its rivals. */
	assert_true(mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev wan"), true));
	assert_false(mirror_remove(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth0")));
	assert_true(mirror_remove(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth1")));
	assert_true(mirror_add(
		&mirror, &rule_object, read_record(&rule_object, "pref 7 class 7", false), false));
	mirror_add(&now, &route_object, RECORD("10.1.0.0/16 dev dmz"), false);
	mirror_take_over(&mirror, &now, true, note, &told);
	assert_string_equal(buffer_text(&told), "-10.1.0.0/16 dev wan class 254\n"
						"-rule pref 7 class 7\n"
						"+10.1.0.0/16 dev dmz class 254\n");
	assert_false(mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev dmz"), false));
	buffer_free(&told);
	mirror_free(&mirror);
	mirror_free(&now);
}

/* What a dump that was interrupted doesn't have is not reported as removed before a whole one lacks
 * it. */
static void test_mirror_of_partial_dumps(void **state)
{
	struct mirror mirror;
	struct mirror now;
	struct buffer told = {0};

	(void)state;
	mirror_init(&mirror, names);
	mirror_init(&now, names);
	mirror_add(&mirror, &route_object, RECORD("10.1.0.0/16 dev eth0"), false);
	mirror_add(&mirror, &route_object, RECORD("10.2.0.0/16 dev eth0"), false);
	mirror_add(&mirror, &route_object, RECORD("10.3.0.0/16 dev eth0"), false);
	mirror_remove(&mirror, &route_object, RECORD("10.3.0.0/16 dev eth0"));
	mirror_add(&now, &route_object, RECORD("10.2.0.0/16 dev eth0"), false);
	mirror_add(&now, &route_object, RECORD("10.4.0.0/16 dev eth0"), false);
	mirror_take_over(&mirror, &now, false, note, &told);
	assert_string_equal(buffer_text(&told), "+10.4.0.0/16 dev eth0 class 254\n");
	mirror_free(&now);
	mirror_init(&now, names);
	mirror_add(&now, &route_object, RECORD("10.2.0.0/16 dev eth0"), false);
	mirror_take_over(&mirror, &now, true, note, &told);
	assert_string_equal(buffer_text(&told), "+10.4.0.0/16 dev eth0 class 254\n"
						"-10.4.0.0/16 dev eth0 class 254\n"
						"-10.1.0.0/16 dev eth0 class 254\n");
	buffer_free(&told);
	mirror_free(&mirror);
	mirror_free(&now);
}

/* Sweeping removes records that are gone and keeps the others. */
static void test_mirror_sweeps(void **state)
{
	struct mirror mirror;
	struct route *route = read_record(&route_object, "10.0.0.0/32 dev eth0", false);
	struct route *stays = read_record(&route_object, "10.9.0.0/16 dev eth0", false);

	(void)state;
	mirror_init(&mirror, names);
	mirror_add(&mirror, &route_object, stays, false);
	for (int i = 0; i < 20000; i++) {
		route->destination.bytes[2] = (uint8_t)(i / 256);
		route->destination.bytes[3] = (uint8_t)(i % 256);
		assert_true(mirror_add(&mirror, &route_object, route, false));
		assert_true(mirror_remove(&mirror, &route_object, route));
	}
	assert_true(mirror.inventory.items.count < 10000);
	assert_false(mirror_add(&mirror, &route_object, stays, false));
	assert_true(mirror_remove(&mirror, &route_object, stays));
	mirror_free(&mirror);
}

/* ---- selections ---- */

struct selecting {
	const char *filter, *route;
	bool fits;
};

static void test_route_filters(void **state)
{
	static const struct selecting all[] = {
		{"class all", "10.1.0.0/16 dev eth0 class 7", true},
		{"class 8", "10.1.0.0/16 dev eth0 class 7", false},
		{"root 10.0.0.0/8", "10.1.0.0/16 dev eth0", true},
		{"root 10.1.2.0/24", "10.1.0.0/16 dev eth0", false},
		{"match 10.1.2.0/24", "10.1.0.0/16 dev eth0", true},
		{"10.1.2.0/24", "10.1.0.0/16 dev eth0", false},
		{"via 192.0.2.0/24", "10.1.0.0/16 gw 192.0.2.7 dev eth0", true},
		{"via 192.0.2.0/29", "10.1.0.0/16 gw 192.0.2.9 dev eth0", false},
		{"via 192.0.2.9", "10.1.0.0/16 gw 192.0.2.9 dev eth0", true},
		{"via 192.0.2.9", "10.1.0.0/16 dev eth0", false},
		{"via inet6 fe80::/64", "10.1.0.0/16 via inet6 fe80::1 dev eth0", true},
		{"via inet6 fe80::/64", "10.1.0.0/16 via inet6 fe81::1 dev eth0", false},
		{"src 192.0.2.0/24", "10.1.0.0/16 dev eth0 src 192.0.2.1", true},
		{"src 192.0.3.0/24", "10.1.0.0/16 dev eth0 src 192.0.2.1", false},
		{"dev eth1", "10.1.0.0/16 nexthop dev eth0 nexthop dev eth1", true},
		{"dev wan", "10.1.0.0/16 nexthop dev eth0 nexthop dev eth1", false},
		{"dev eth1 gw 192.0.2.1",
			"10.1.0.0/16 nexthop gw 192.0.2.1 dev eth0 nexthop dev eth1", false},
		{"dev eth0 gw 192.0.2.1",
			"10.1.0.0/16 nexthop gw 192.0.2.1 dev eth0 nexthop dev eth1", true},
		{"dev eth0 metric 5", "10.1.0.0/16 nexthop dev eth0 nexthop dev eth1", false},
		{"metric 0", "10.1.0.0/16 dev eth0", true},
		{"tos 10", "10.1.0.0/16 dev eth0", false},
		{"reject", "reject 10.1.0.0/16", true},
		{"type unreachable", "10.1.0.0/16 dev eth0", false},
		{"proto static", "10.1.0.0/16 dev eth0 static", true},
		{"scope link", "10.1.0.0/16 dev eth0", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct route *wanted = read_record(&route_object, all[i].filter, true);
		struct route_filter filter;

		route_filter_init(&filter, wanted);
		if (route_filter_fits(&filter, read_record(&route_object, all[i].route, false)) !=
			all[i].fits)
			fail_msg("%s: %s", all[i].filter, all[i].route);
	}
}

static void test_scope(void **state)
{
	const char *line = "root 2001:db8::/32 class 250 dev eth1 proto static reject metric 5";
	struct scope scope = selection_scope(read_record(&route_object, line, true));

	(void)state;
	assert_int_equal(scope.family, AF_INET6);
	assert_int_equal(scope.class, 250);
	assert_int_equal(scope.device, 3);
	assert_int_equal(scope.protocol, RTPROT_STATIC);
	assert_int_equal(scope.type, RTN_UNREACHABLE);
	assert_false(scope.cached);
	assert_true(selection_scope(read_record(&route_object, "cache", true)).cached);
	assert_int_equal(selection_scope(read_record(&route_object, "class all", true)).class, 0);
}

/* A selection includes the kernel's own records only if it names them. */
static void test_own_routes(void **state)
{
	static const struct selecting all[] = {
		{"class main", "10.1.0.0/16 dev eth0 proto kernel", false},
		{"class main", "10.1.0.0/16 dev eth0 proto ra", false},
		{"class main", "10.1.0.0/16 dev eth0 proto redirect", false},
		{"class main", "10.1.0.0/16 dev eth0", true},
		{"proto kernel", "10.1.0.0/16 dev eth0 proto kernel", true},
		{"proto kernel", "10.1.0.0/16 dev eth0", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct selection selection;

		selection_of(&selection, read_record(&route_object, all[i].filter, true));
		assert_int_equal(selection_has_route(&selection,
					 read_record(&route_object, all[i].route, false)),
			all[i].fits);
	}
}

static void test_own_rules(void **state)
{
	const struct rule *any = read_record(&rule_object, "", true);
	const struct rule *main_rule = read_record(&rule_object, "pref 32766 class main", false);
	const struct rule *other = read_record(&rule_object, "pref 9 class main", false);
	const struct rule *kernels = read_record(&rule_object, "pref 9 l3mdev proto kernel", false);

	(void)state;
	assert_false(selection_has_rule(main_rule, any));
	assert_false(selection_has_rule(kernels, any));
	assert_true(selection_has_rule(other, any));
	assert_true(selection_has_rule(main_rule, read_record(&rule_object, "pref 32766", true)));
	assert_false(selection_has_rule(main_rule, read_record(&rule_object, "class main", true)));
}

/* ---- JSON ---- */

struct json_case {
	const char *text;
	const char *words; /* of all elements, each followed by a semicolon; NULL: refused */
};

static void check_json(const struct json_case *check)
{
	char text[256];
	char got[256] = "";
	const char *word[WORDS_MAX];
	struct json json = {.at = text};
	int count;

	snprintf(text, sizeof text, "%s", check->text);
	count = json_open(&json) ? -1 : json_next(&json, word, WORDS_MAX);
	while (count > 0) {
		for (int i = 0; i < count; i++)
			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "",
				word[i]);
		snprintf(got + strlen(got), sizeof got - strlen(got), ";");
		count = json_next(&json, word, WORDS_MAX);
	}
	if (count < 0 && check->words)
		fail_msg("%s: %s", check->text, json.reason);
	if (!count && !check->words)
		fail_msg("%s is taken: %s", check->text, got);
	if (check->words)
		assert_string_equal(got, check->words);
	json_close(&json);
}

static void test_json(void **state)
{
	static const struct json_case cases[] = {
		{"[]", ""},
		{" [ ] \n", ""},
		{"[{\"add\":{\"dst\":\"10.0.0.0/8\",\"metric\":16,\"onlink\":true}}]",
			"add dst 10.0.0.0/8 metric 0x10 onlink;"},
		{"[{\"a\":1},{\"b\":\"\"}]", "a 0x1;b ;"},
		{"[{\"mtu\":{\"lock\":1400}}]", "mtu lock 0x578;"},
		{"[{\"nexthop\":[{\"gw\":\"a\"},{\"gw\":\"b\"}]}]", "nexthop gw a nexthop gw b;"},
		{"[{\"a\":\"\\\"\\\\\\/\\u0041\\u00e4\\u20ac\"}]", "a \"\\/A\xc3\xa4\xe2\x82\xac;"},
		{"", NULL},
		{"{}", NULL},
		{"[", NULL},
		{"[{}]", NULL},
		{"[{\"a\":1}", NULL},
		{"[{\"a\":1},]", NULL},
		{"[{\"a\":1}{\"b\":1}]", NULL},
		{"[{\"a\":1}] x", NULL},
		{"[{\"a\" 1}]", NULL},
		{"[{\"a\":1,}]", NULL},
		{"[{a:1}]", NULL},
		{"[{\"a\":1.5}]", NULL},
		{"[{\"a\":1e5}]", NULL},
		{"[{\"a\":-1}]", NULL},
		{"[{\"a\":99999999999999999999}]", NULL},
		{"[{\"a\":false}]", NULL},
		{"[{\"a\":null}]", NULL},
		{"[{\"a\":[]}]", NULL},
		{"[{\"a\":\"b}]", NULL},
		{"[{\"a\":\"\\x\"}]", NULL},
		{"[{\"a\":\"\\u00\"}]", NULL},
		{"[{\"a\":\"\\u0000\"}]", NULL},
		{"[{\"a\":\"\\ud800\"}]", NULL},
		{"[{\"a\":\"b\nc\"}]", NULL},
		{"[1]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_json(&cases[i]);
}

/* Refuses JSON that is too deep or too long. */
static void test_json_bounds(void **state)
{
	char text[4096] = "[";
	const char *word[4];
	struct json json = {.at = text};

	(void)state;
	for (int i = 0; i < 100; i++)
		memcpy(text + 1 + i * 5, "{\"a\":", 6);
	assert_int_equal(json_open(&json), 0);
	assert_int_equal(json_next(&json, word, 4), -1);
	json_close(&json);
	snprintf(text, sizeof text, "[{\"a\":\"b\",\"c\":\"d\",\"e\":true}]");
	json = (struct json){.at = text};
	json_open(&json);
	assert_int_equal(json_next(&json, word, 4), -1);
	assert_string_equal(json.reason, "too many words");
	json_close(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_mirror),
		cmocka_unit_test(test_mirror_of_partial_dumps),
		cmocka_unit_test(test_mirror_sweeps),
		cmocka_unit_test(test_route_filters),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_own_routes),
		cmocka_unit_test(test_own_rules),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_bounds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
