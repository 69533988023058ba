/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that meet, found and compared one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "../model/random.h"
#include "kind/prefix.h"
#include "model/rule.h"
#include "nat/meeting.h"
#include "nat/overlap.h"

enum { RULES = 60, LISTS = 200 };

/* Few bits differ, so that many prefixes hold each other. */
static void choose_prefix(struct random *random, struct prefix *prefix, uint8_t family)
{
	static const uint8_t lengths[] = {0, 1, 7, 8, 9, 15, 16, 24, 31, 32, 64, 127, 128};

	*prefix = (struct prefix){.given = random_chance(random, 75), .family = family};
	prefix->length = lengths[random_below(random, family == AF_INET ? 10 : 13)];
	for (size_t i = 0; i < (family == AF_INET ? 4 : 16); i++)
		prefix->bytes[i] =
			(uint8_t)(random_below(random, 3) ? 0 : PICK(random, 0x80, 0x01, 0xff));
	prefix_clear_host_bits(prefix);
}

static bool belongs(const struct rule *rule)
{
	return rule->preference.value % 3;
}

static size_t find_slowly(const struct vector *rules, size_t rule, size_t first)
{
	for (size_t i = first; i < rules->count; i++)
		if (i != rule && belongs(vector_at(rules, i)) &&
			rules_meet(vector_at(rules, rule), vector_at(rules, i)))
			return i;
	return rules->count;
}

static void check_list(const struct vector *rules)
{
	struct meeting meeting;

	meeting_make(&meeting, rules, belongs);
	for (size_t i = 0; i < rules->count; i++)
		for (size_t first = 0; first <= rules->count; first++)
			assert_int_equal(
				meeting_find(&meeting, i, first), find_slowly(rules, i, first));
	meeting_free(&meeting);
}

static void test_meeting(void **state)
{
	struct random random = {1};

	(void)state;
	for (int list = 0; list < LISTS; list++) {
		struct vector rules = {.size = sizeof(struct rule)};
		uint8_t family = list % 2 ? AF_INET : AF_INET6;

		for (int i = 0; i < list % RULES; i++) {
			struct rule rule = {.family = family};

			rule.preference = (struct number){true, (uint32_t)random_next(&random)};
			choose_prefix(&random, &rule.source, family);
			choose_prefix(&random, &rule.destination, family);
			rule.invert.given = random_chance(&random, 5);
			rule.input.given = random_chance(&random, 25);
			snprintf(rule.input.name, sizeof rule.input.name, "%s",
				random_chance(&random, 75) ? "eth0" : "lo");
			vector_push(&rules, &rule);
		}
		check_list(&rules);
		vector_free(&rules);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meeting),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
