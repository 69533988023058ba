/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scans the rules in order and looks up their classes; follows goto, suppressors and throw. */
#include "lookup/scan.h"

#include <errno.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "base/error.h"

struct scan {
	struct snapshot *snapshot;
	struct trace *trace;
	struct arena *arena;
	struct error *error;
};

uint8_t rule_action(const struct rule *rule)
{
	if (rule->action.given)
		return rule->action.value;
	return rule->target.given ? FR_ACT_GOTO : FR_ACT_TO_TBL;
}

/* Returns the errno of a rule that refuses packets itself. The kernel treats an unknown action as
 * blackhole. */
static int action_refusal(uint8_t action)
{
	if (action == FR_ACT_UNREACHABLE)
		return ENETUNREACH;
	return action == FR_ACT_PROHIBIT ? EACCES : EINVAL;
}

size_t rules_find_target(const struct vector *rules, size_t from)
{
	const struct rule *jump = vector_at(rules, from);
	size_t low = from + 1;
	size_t high = rules->count;

	if (jump->unresolved.given)
		return rules->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct rule *rule = vector_at(rules, middle);

		if (rule->preference.value < jump->target.value)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == rules->count || ((const struct rule *)vector_at(rules, low))->preference.value !=
					   jump->target.value)
		return rules->count;
	return low;
}

static bool in_group(const struct scan *scan, const struct hop *hop, uint32_t group)
{
	const struct snapshot_device *device = snapshot_device(scan->snapshot, hop->device);

	return device && device->group == group;
}

/*
 * IPv4 compares the group of the route's first nexthop, even if the packet takes another
 * (fib4_rule_suppress()); IPv6 compares that of the nexthop that the packet takes.
 */
static bool group_suppressed(
	const struct scan *scan, const struct rule *rule, const struct found *found)
{
	struct hop hops[HOPS_MAX];
	bool suppressed;

	if (!rule->suppress_group.given || !found->hop_count)
		return false;
	if (found->node->family == AF_INET) {
		node_hops(scan->snapshot, found->node, hops, HOPS_MAX);
		return in_group(scan, &hops[0], rule->suppress_group.value);
	}
	suppressed = in_group(scan, &found->hops[0], rule->suppress_group.value);
	for (size_t i = 1; i < found->hop_count; i++)
		if (in_group(scan, &found->hops[i], rule->suppress_group.value) != suppressed)
			scan->trace->ambiguous = true;
	return suppressed;
}

/*
 * IPv6 compares the prefix of the route that is cached for the nexthop object. That is the route
 * that used the object first (rt6_get_pcpu_route(), seen in 6.18).
 */
static bool length_suppressed(
	const struct scan *scan, const struct rule *rule, const struct found *found)
{
	if (!rule->suppress_length.given)
		return false;
	if (found->node->family == AF_INET6 && found->node->nexthop_id.given)
		scan->trace->ambiguous = true;
	return found->node->destination.length <= rule->suppress_length.value;
}

static enum verdict found_verdict(
	const struct scan *scan, const struct rule *rule, const struct found *found)
{
	if (found->number == EAGAIN)
		return found->node ? VERDICT_THROWN : VERDICT_NO_ROUTE;
	if (found->number)
		return VERDICT_REFUSED;
	if (length_suppressed(scan, rule, found))
		return VERDICT_SUPPRESSED_LENGTH;
	return group_suppressed(scan, rule, found) ? VERDICT_SUPPRESSED_GROUP : VERDICT_ROUTED;
}

static void finish(struct trace *trace, const struct trace_step *step)
{
	struct outcome *outcome = &trace->outcome;

	outcome->rule = step->rule;
	outcome->class = step->class;
	outcome->node = step->node;
	outcome->type = step->found.type;
	outcome->number = step->found.number;
	outcome->hops = step->found.hops;
	outcome->hop_count = step->found.hop_count;
	if (step->verdict == VERDICT_REFUSED)
		outcome->cause = step->node ? CAUSE_NODE : CAUSE_RULE;
}

static int look_up_class(const struct scan *scan, struct trace_step *step)
{
	struct trace *trace = scan->trace;

	step->class = rule_class(scan->snapshot, step->rule, &trace->flow);
	/* `not ... l3mdev` matches packets in no VRF. The kernel looks up table 0 then, which is
	 * main (fib_get_table(), fib6_get_table()). */
	if (!step->class)
		step->class = CLASS_MAIN;
	if (class_search(scan->snapshot, step->class, &trace->flow, scan->arena, &step->found,
		    scan->error))
		return -1;
	step->node = step->found.node;
	step->verdict = found_verdict(scan, step->rule, &step->found);
	return 0;
}

/* Applies a rule that matches. *next: index of the next rule; a goto changes it. Returns 0, or -1
 * with the error. */
static int apply_rule(
	const struct scan *scan, const struct vector *rules, size_t *next, struct trace_step *step)
{
	uint8_t action = rule_action(step->rule);
	size_t target;

	if (action == FR_ACT_TO_TBL)
		return look_up_class(scan, step);
	if (action == FR_ACT_NOP) {
		step->verdict = VERDICT_NOTHING;
	} else if (action == FR_ACT_GOTO) {
		target = rules_find_target(rules, *next - 1);
		step->verdict = target < rules->count ? VERDICT_JUMPED : VERDICT_UNRESOLVED;
		if (target < rules->count)
			*next = target;
	} else {
		step->verdict = VERDICT_REFUSED;
		step->found.number = action_refusal(action);
	}
	return 0;
}

int rules_scan(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	const struct scan scan = {snapshot, trace, arena, error};
	const struct vector *rules = snapshot_rules(snapshot, trace->flow.family);

	flow_set_vrf(snapshot, &trace->flow);
	trace->steps.size = sizeof(struct trace_step);
	for (size_t next = 0; next < rules->count;) {
		struct trace_step step = {.rule = vector_at(rules, next++)};

		step.match = rule_match(snapshot, step.rule, &trace->flow);
		if (step.match == MATCH_YES && apply_rule(&scan, rules, &next, &step))
			return -1;
		vector_push(&trace->steps, &step);
		if (step.verdict == VERDICT_ROUTED || step.verdict == VERDICT_REFUSED) {
			finish(trace, &step);
			return 0;
		}
	}
	trace->outcome = (struct outcome){.number = ENETUNREACH, .cause = CAUSE_NO_ROUTE};
	return 0;
}

void trace_free(struct trace *trace)
{
	for (size_t i = 0; i < trace->steps.count; i++) {
		struct trace_step *step = vector_at(&trace->steps, i);

		vector_free(&step->found.candidates);
	}
	vector_free(&trace->steps);
	if (trace->reverse)
		trace_free(trace->reverse);
	trace->reverse = NULL;
}
