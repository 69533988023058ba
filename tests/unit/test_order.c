/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of ip's commands, in the order in which `ip` tries them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "field/walk.h"
#include "ip/word_order.h"
#include "model/nexthop.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

/* Every word of ip's commands has a row, except one that the kernel refuses anyway. */
static void test_order_has_rows(void **state)
{
	static const struct {
		const struct object *object;
		const char *order;
	} orders[] = {
		{&route_object, ip_route_order},
		{&route_object, ip_route_filter_order},
		{&packet_object, ip_route_get_order},
		{&rule_object, ip_rule_order},
		{&rule_object, ip_rule_filter_order},
	};

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct keywords *keywords = keywords_ordered(orders[i].object, orders[i].order);
		const char *word = orders[i].order;

		for (; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
			bool bare;
			char text[32];

			snprintf(text, sizeof text, "%.*s", (int)strcspn(word, " ~?="), word);
			if (strchr("@*", *text) || text[strlen(text) - 1] == '-' ||
				!strcmp(text, "as") || keywords_aside(keywords, text) != ASIDE_NONE)
				continue;
			if (!keywords_find(keywords, text, &bare))
				fail_msg(
					"%s: no row for ip's \"%s\"", orders[i].object->name, text);
		}
		keywords_free(keywords);
	}
}

/* An abbreviation means the first word in ip's order: `p` is a metric, `pre` the router preference,
 * `r` reordering. */
static void test_order_decides(void **state)
{
	static const struct {
		const char *typed;
		const char *row;
	} cases[] = {
		{"p", "metric"},
		{"pro", "proto"},
		{"pref", "pref"},
		{"preference", "metric"},
		{"r", "reordering"},
		{"rea", "realm"},
		{"i", "initcwnd"},
		{"initr", "initrwnd"},
		{"f", "features"},
		{"s", "ssthresh"},
		{"t", "class"},
	};
	struct keywords *keywords = keywords_ordered(&route_object, ip_route_order);
	bool bare;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
			keywords_find(keywords, cases[i].typed, &bare)->word, cases[i].row);
	assert_int_equal(keywords_aside(keywords, "help"), ASIDE_HELP);
	assert_int_equal(keywords_aside(keywords, "to"), ASIDE_SKIP);
	assert_null(keywords_find(keywords, "", &bare));
	assert_null(keywords_find(keywords, "sco", &bare));
	keywords_free(keywords);
}

static bool order_has(const struct keywords *order, const struct field *row)
{
	const struct field *field;
	const char *word;

	if (keywords_rest(order) == row)
		return true;
	for (int i = 0; keywords_word(order, i, &word, &field); i++)
		if (field == row)
			return true;
	return false;
}

/* The rows for which `ip` has a word; shorthands for other words are ours, unless only ip's dialect
 * has them. */
static bool is_ip_word(const struct field *row)
{
	if (row->flags & (FIELD_OWN | FIELD_READ_ONLY))
		return false;
	return row->kind ? row->kind->parse != NULL : row->flags & FIELD_IP;
}

static void check_order(const struct object *object, const char *order)
{
	struct keywords *keywords = keywords_ordered(object, order);

	for (const struct field *row = object->fields; row < object->fields + object->count; row++)
		if (is_ip_word(row) && !order_has(keywords, row))
			fail_msg("%s: \"%s\" has no place in ip's order of words", object->name,
				field_word(row, DIALECT_IP));
	keywords_free(keywords);
}

static void test_rows_have_a_place_in_the_word_order(void **state)
{
	(void)state;
	check_order(&route_object, ip_route_order);
	check_order(&rule_object, ip_rule_order);
	check_order(&packet_object, ip_route_get_order);
	check_order(&nexthop_object, nexthop_object.ip_order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_has_rows),
		cmocka_unit_test(test_rows_have_a_place_in_the_word_order),
		cmocka_unit_test(test_order_decides),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
