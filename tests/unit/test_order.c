/* The words of ip's commands, in the order in which `ip` tries them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "field/walk.h"
#include "model/order.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

/* Every word of ip's commands has a row, but one that the kernel refuses anyway. */
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
		struct lexicon *lexicon = lexicon_ordered(orders[i].object, orders[i].order);
		const char *word = orders[i].order;

		for (; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
			bool bare;
			char text[32];

			snprintf(text, sizeof text, "%.*s", (int)strcspn(word, " ~?="), word);
			if (strchr("@*", *text) || text[strlen(text) - 1] == '-' ||
				!strcmp(text, "as") || lexicon_aside(lexicon, text) != ASIDE_NONE)
				continue;
			if (!lexicon_find(lexicon, text, &bare))
				fail_msg(
					"%s: no row for ip's \"%s\"", orders[i].object->name, text);
		}
		lexicon_free(lexicon);
	}
}

/* `p` is a metric, `pre` the preference of routers, `r` reordering: the first in order that fits.
 */
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
	struct lexicon *lexicon = lexicon_ordered(&route_object, ip_route_order);
	bool bare;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
			lexicon_find(lexicon, cases[i].typed, &bare)->word, cases[i].row);
	assert_int_equal(lexicon_aside(lexicon, "help"), ASIDE_HELP);
	assert_int_equal(lexicon_aside(lexicon, "to"), ASIDE_SKIP);
	assert_null(lexicon_find(lexicon, "", &bare));
	assert_null(lexicon_find(lexicon, "sco", &bare));
	lexicon_free(lexicon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_has_rows),
		cmocka_unit_test(test_order_decides),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
