/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins the diagrams of all rules and classes into that of the policy. */
#include "lookup/policy_set.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "lookup/class_set.h"
#include "lookup/scan.h"

struct known_class {
	struct class_view view;
	uint32_t diagram;
};

struct policy_builder {
	struct policy_set *policy;
	struct policy_sets *sets;
	struct snapshot *snapshot;
	uint8_t family;
	struct vector classes; /* struct known_class */
	const struct vector *rules;
	struct error *error;
};

/* ---- what each rule does ---- */

struct by_rule {
	struct policy_sets *sets;
	const struct rule *rule;
	uint32_t class;
};

static uint32_t map_by_rule(uint32_t outcome, void *context)
{
	const struct by_rule *by = context;

	return outcomes_by_rule(by->sets, outcome, by->rule, by->class);
}

static bool same_view(const struct class_view *a, const struct class_view *b)
{
	return a->family == b->family && a->class == b->class && a->by_length == b->by_length &&
	       a->by_group == b->by_group && a->length == b->length && a->group == b->group;
}

static int class_diagram(
	struct policy_builder *builder, const struct rule *rule, uint32_t class, uint32_t *diagram)
{
	struct known_class wanted = {.view = {.family = builder->family,
					     .class = class,
					     .by_length = rule->suppress_length.given,
					     .by_group = rule->suppress_group.given,
					     .length = rule->suppress_length.value,
					     .group = rule->suppress_group.value,
					     .rule = rule}};
	struct by_rule by = {builder->sets, rule, class};

	/* Neighbouring rules often share a class. A private class has one rule: so search only a
	 * few classes. */
	for (size_t i = builder->classes.count; i-- > 0;) {
		const struct known_class *known = vector_at(&builder->classes, i);

		if (same_view(&known->view, &wanted.view)) {
			*diagram = diagram_map(
				builder->sets->diagrams, known->diagram, map_by_rule, &by);
			return 0;
		}
		if (rule->own.given && builder->classes.count - i > 8)
			break;
	}
	if (class_set_build(builder->sets, builder->snapshot, &wanted.view, &wanted.diagram,
		    builder->error))
		return -1;
	vector_push(&builder->classes, &wanted);
	*diagram = wanted.diagram;
	return 0;
}

/* A rule with l3mdev looks up the class of the packet's VRF. */
static int vrfs_diagram(struct policy_builder *builder, const struct rule *rule, uint32_t *diagram)
{
	const struct vector *devices = snapshot_devices(builder->snapshot);
	uint32_t class;

	/* For packets in no VRF: see look_up_class() in scan.c. */
	if (rule->invert.given && class_diagram(builder, rule, CLASS_MAIN, diagram))
		return -1;
	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (!device->vrf_class)
			continue;
		if (class_diagram(builder, rule, device->vrf_class, &class))
			return -1;
		*diagram = diagram_choose(builder->sets->diagrams,
			policy_sets_vrf(builder->sets, builder->snapshot, device), class, *diagram);
	}
	return 0;
}

/* Sets *diagram to that of the rule's action, with OUTCOME_HOLE where the next rule decides (also
 * for a goto). */
static int action_diagram(
	struct policy_builder *builder, const struct rule *rule, uint32_t *diagram)
{
	uint8_t type = RTN_BLACKHOLE;

	*diagram = diagram_outcome(OUTCOME_HOLE);
	if (rule_action(rule) == FR_ACT_TO_TBL &&
		(rule->l3mdev.given ? vrfs_diagram(builder, rule, diagram)
				    : class_diagram(builder, rule, rule->class.value, diagram)))
		return -1;
	vector_push(&builder->policy->classes, diagram);
	switch (rule_action(rule)) {
	case FR_ACT_NOP:
	case FR_ACT_GOTO:
	case FR_ACT_TO_TBL:
		return 0;
	case FR_ACT_UNREACHABLE:
		type = RTN_UNREACHABLE;
		break;
	case FR_ACT_PROHIBIT:
		type = RTN_PROHIBIT;
		break;
	default:
		break;
	}
	*diagram = diagram_outcome(outcomes_refusal(builder->sets, rule, type));
	return 0;
}

/* What a rule matches, and what it does with these packets. */
struct rule_part {
	uint32_t match, action;
	size_t target; /* of a goto: index; 0: none */
	bool is_target;
};

static size_t target_of(const struct vector *rules, size_t index)
{
	size_t target;

	if (rule_action(vector_at(rules, index)) != FR_ACT_GOTO)
		return 0;
	target = rules_find_target(rules, index);
	return target < rules->count ? target : 0;
}

static int make_parts(struct policy_builder *builder, struct rule_part *parts)
{
	for (size_t i = 0; i < builder->rules->count; i++) {
		const struct rule *rule = vector_at(builder->rules, i);

		parts[i].match = policy_sets_match(builder->sets, builder->snapshot, rule);
		parts[i].target = target_of(builder->rules, i);
		parts[parts[i].target].is_target |= parts[i].target != 0;
		if (action_diagram(builder, rule, &parts[i].action))
			return -1;
	}
	return 0;
}

/* Joins rules without a goto, by halves: one by one, each rule would traverse the diagram of all
 * others. */
static uint32_t join_parts(
	struct diagrams *diagrams, const struct rule_part *parts, size_t begin, size_t end)
{
	uint32_t hole = diagram_outcome(OUTCOME_HOLE);
	size_t middle = begin + (end - begin) / 2;

	if (begin == end)
		return hole;
	if (end - begin == 1)
		return diagram_choose(diagrams, parts[begin].match, parts[begin].action, hole);
	return diagram_overlay(diagrams, join_parts(diagrams, parts, begin, middle),
		join_parts(diagrams, parts, middle, end), OUTCOME_HOLE);
}

/* Joins all rules, from the last to the first. Rules between gotos and their targets are joined by
 * halves. */
static uint32_t join_all(struct diagrams *diagrams, const struct rule_part *parts, size_t count)
{
	uint32_t result = diagram_outcome(OUTCOME_NONE);
	uint32_t *from = calloc(count + 1, sizeof *from);
	size_t end = count;

	for (size_t i = count; i-- > 0;) {
		if (parts[i].target) {
			result = diagram_overlay(diagrams, join_parts(diagrams, parts, i + 1, end),
				result, OUTCOME_HOLE);
			result = diagram_choose(
				diagrams, parts[i].match, from[parts[i].target], result);
			end = i;
		} else if (!i || parts[i].is_target) {
			result = diagram_overlay(diagrams, join_parts(diagrams, parts, i, end),
				result, OUTCOME_HOLE);
			end = i;
		}
		from[i] = result;
	}
	free(from);
	return result;
}

/* ---- which packets reach a rule ---- */

static uint32_t map_undecided(uint32_t outcome, void *context)
{
	(void)context;
	return outcome == OUTCOME_HOLE ? DIAGRAM_YES : DIAGRAM_NO;
}

/* Packets that come in are not bound to a device, and have no user. */
static uint32_t possible_packets(struct diagrams *diagrams)
{
	return diagram_or(diagrams,
		diagram_bits(diagrams, PACKET_INPUT, PACKET_DEVICE_BITS, 0, UINT64_MAX),
		diagram_and(diagrams,
			diagram_bits(diagrams, PACKET_OUTPUT, PACKET_DEVICE_BITS, 0, UINT64_MAX),
			diagram_bits(diagrams, PACKET_USER, 32, 0, UINT64_MAX)));
}

static void find_reach(struct diagrams *diagrams, const struct rule_part *parts, size_t count,
	struct vector *reach)
{
	uint32_t no = diagram_outcome(DIAGRAM_NO);
	uint32_t *jumped = calloc(count + 1, sizeof *jumped);
	uint32_t here = possible_packets(diagrams);

	for (size_t i = 0; i < count; i++)
		jumped[i] = no;
	reach->size = sizeof here;
	for (size_t i = 0; i < count; i++) {
		uint32_t matching, rest;

		here = diagram_or(diagrams, here, jumped[i]);
		matching = diagram_and(diagrams, parts[i].match, here);
		vector_push(reach, &matching);
		rest = diagram_map(diagrams, parts[i].action, map_undecided, NULL);
		if (parts[i].target) {
			jumped[parts[i].target] =
				diagram_or(diagrams, jumped[parts[i].target], matching);
			rest = no;
		}
		here = diagram_choose(
			diagrams, parts[i].match, diagram_and(diagrams, rest, here), here);
	}
	free(jumped);
}

int policy_set_build(struct policy_sets *sets, struct snapshot *snapshot, uint8_t family,
	bool reach, struct policy_set *policy, struct error *error)
{
	struct policy_builder builder = {
		.policy = policy,
		.sets = sets,
		.snapshot = snapshot,
		.family = family,
		.classes = {.size = sizeof(struct known_class)},
		.rules = snapshot_rules(snapshot, family),
		.error = error,
	};
	size_t count = builder.rules->count;
	struct rule_part *parts = calloc(count + 1, sizeof *parts);
	int status;

	*policy = (struct policy_set){
		.snapshot = snapshot, .family = family, .classes = {.size = sizeof(uint32_t)}};
	status = make_parts(&builder, parts);
	if (!status) {
		policy->whole = join_all(sets->diagrams, parts, count);
		if (reach)
			find_reach(sets->diagrams, parts, count, &policy->reach);
	}
	free(parts);
	vector_free(&builder.classes);
	return status;
}

void policy_set_free(struct policy_set *policy)
{
	vector_free(&policy->classes);
	vector_free(&policy->reach);
}
