/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decision diagrams; compares whole policies as diagrams with the lookup of each packet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "lookup/policy_set.h"
#include "lookup/scan.h"
#include "small_policy.h"

enum { POLICIES = 2000, PACKETS = 60 };

static void test_range(void **state)
{
	struct diagrams *diagrams = diagrams_new();

	(void)state;
	for (unsigned least = 0; least < 16; least++)
		for (unsigned most = least; most < 16; most++) {
			uint32_t range = diagram_range(diagrams, 3, 4, least, most);

			for (unsigned value = 0; value < 16; value++) {
				uint32_t at = diagram_and(
					diagrams, range, diagram_bits(diagrams, 3, 4, value, 15));

				assert_int_equal(at != diagram_outcome(DIAGRAM_NO),
					value >= least && value <= most);
			}
		}
	diagrams_free(diagrams);
}

static void test_same_function_same_reference(void **state)
{
	struct diagrams *diagrams = diagrams_new();
	uint32_t a = diagram_bits(diagrams, 0, 8, 5, 0xf);
	uint32_t b = diagram_bits(diagrams, 8, 8, 9, 0xf);

	(void)state;
	assert_int_equal(diagram_and(diagrams, a, b), diagram_and(diagrams, b, a));
	assert_int_equal(diagram_not(diagrams, diagram_not(diagrams, a)), a);
	assert_int_equal(diagram_not(diagrams, diagram_or(diagrams, a, b)),
		diagram_and(diagrams, diagram_not(diagrams, a), diagram_not(diagrams, b)));
	assert_int_equal(diagram_differ(diagrams, a, a), diagram_outcome(DIAGRAM_NO));
	diagrams_free(diagrams);
}

/* ---- small policies, each packet by itself ---- */

static void random_small_address(struct random *random, int family, struct address *address)
{
	*address = (struct address){.given = true, .family = (uint8_t)family};
	inet_pton(family, family == AF_INET ? "10.0.0.0" : "2001:db8::", address->bytes);
	address->bytes[family == AF_INET ? 3 : 15] = (uint8_t)(random_below(random, 8) << 5);
}

static struct packet random_small_packet(
	struct random *random, int family, const struct snapshot *snapshot)
{
	const char *device =
		(const char *const[]){"eth0", "eth1", "eth2", "lo"}[random_below(random, 4)];
	struct packet packet = {
		.family = (uint8_t)family,
		.tos = {true, (uint8_t)PICK(random, 0, 4, 8, 0x10, 0x50)},
		.mark = {true, random_below(random, 8)},
		.uid = {true, random_below(random, 10)},
		.transport = {true, (uint8_t)PICK(random, 6, 17)},
		.destination_port = {true, random_below(random, 10)},
	};

	random_small_address(random, family, &packet.source);
	random_small_address(random, family, &packet.destination);
	if (!strcmp(device, "lo"))
		return packet;
	packet.input = (struct device){true, snapshot_device_named(snapshot, device)->index};
	/* What comes in belongs to no user. */
	packet.uid.value = 0;
	return packet;
}

static uint8_t outcome_type(const struct outcome *outcome)
{
	if (outcome->cause == CAUSE_NO_ROUTE)
		return 0;
	if (outcome->node)
		return node_type(outcome->node);
	return outcome->number == EACCES ? RTN_PROHIBIT : RTN_UNREACHABLE;
}

static void compare_packet(struct policy_sets *sets, struct policy_set *policy,
	const struct packet *packet, struct arena *arena)
{
	const struct set_outcome *found =
		policy_sets_outcome(sets, policy_set_find(sets, policy, packet));
	struct trace trace = {.flow = flow_of_packet(policy->snapshot, packet)};
	struct error error;

	flow_set_vrf(policy->snapshot, &trace.flow);
	assert_int_equal(rules_scan(policy->snapshot, &trace, arena, &error), 0);
	assert_ptr_equal(found->rule, trace.outcome.rule);
	assert_int_equal(found->type, outcome_type(&trace.outcome));
	if (trace.outcome.hop_count)
		assert_string_equal(policy_sets_name(sets, found->device),
			snapshot_device(policy->snapshot, trace.outcome.hops[0].device)->name);
	trace_free(&trace);
}

/* Checks that the diagram of a rule contains the packets that reach it by the model. */
static void compare_reach(struct policy_sets *sets, struct policy_set *policy,
	const struct packet *packet, struct arena *arena)
{
	const struct vector *rules = snapshot_rules(policy->snapshot, policy->family);
	struct trace trace = {.flow = flow_of_packet(policy->snapshot, packet)};
	struct error error;

	flow_set_vrf(policy->snapshot, &trace.flow);
	rules_scan(policy->snapshot, &trace, arena, &error);
	for (size_t i = 0; i < rules->count; i++) {
		struct policy_set reach = *policy;
		bool reached = false;

		reach.whole = *(const uint32_t *)vector_at(&policy->reach, i);
		for (size_t j = 0; j < trace.steps.count; j++) {
			const struct trace_step *step = vector_at(&trace.steps, j);

			reached |= step->rule == vector_at(rules, i) && step->match == MATCH_YES;
		}
		assert_int_equal(policy_set_find(sets, &reach, packet), reached);
	}
	trace_free(&trace);
}

static void try_policy(struct random *random, int family, struct names *names)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct snapshot *snapshot = snapshot_empty();
	struct policy_sets *sets = policy_sets_new();
	struct policy_set policy;
	struct arena arena = {0};
	struct error error;

	small_policy_write(random, family, SMALL_ALL, file);
	fclose(file);
	if (small_policy_read(text, names, snapshot, &error))
		fail_msg("%s", error.message);
	free(text);
	assert_int_equal(
		policy_set_build(sets, snapshot, (uint8_t)family, true, &policy, &error), 0);
	for (unsigned i = 0; i < PACKETS; i++) {
		struct packet packet = random_small_packet(random, family, snapshot);

		compare_packet(sets, &policy, &packet, &arena);
		compare_reach(sets, &policy, &packet, &arena);
		arena_reset(&arena);
	}
	policy_set_free(&policy);
	policy_sets_free(sets);
	snapshot_free(snapshot);
	arena_free(&arena);
}

static void test_policies(void **state)
{
	struct names *names = names_new_in("/nonexistent", "/nonexistent");

	(void)state;
	for (unsigned i = 0; i < POLICIES; i++) {
		struct random random = {i};

		try_policy(&random, i % 3 ? AF_INET : AF_INET6, names);
	}
	names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_same_function_same_reference),
		cmocka_unit_test(test_policies),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
