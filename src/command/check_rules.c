/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds faults of single rules: unreachable, without a route, leaking, detached, unresolved. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "command/finding.h"
#include "field/walk.h"
#include "lookup/scan.h"
#include "nat/exact.h"

enum { TAKERS_SHOWN = 5 };

static const struct rule *rule_at(const struct checking *checking, size_t index)
{
	return vector_at(snapshot_rules(checking->subject->snapshot, checking->family), index);
}

static uint32_t reach_of(const struct checking *checking, size_t index)
{
	return *(const uint32_t *)vector_at(&checking->policy.reach, index);
}

/* The rules that take the packets that a rule would match. */
struct takers {
	const struct checking *checking;
	const struct rule *rule[TAKERS_SHOWN];
	size_t count;
};

static bool take(const struct diagram_path *path, uint32_t number, void *context)
{
	struct takers *takers = context;
	const struct set_outcome *outcome;

	(void)path;
	if (number == OUTCOME_HOLE)
		return true;
	outcome = policy_sets_outcome(takers->checking->sets, number);
	for (size_t i = 0; i < takers->count; i++)
		if (takers->rule[i] == outcome->rule)
			return true;
	if (outcome->rule)
		takers->rule[takers->count++] = outcome->rule;
	return takers->count < TAKERS_SHOWN;
}

static void list_takers(const struct checking *checking, uint32_t match, struct buffer *out)
{
	struct takers takers = {.checking = checking};
	struct diagrams *diagrams = policy_sets_diagrams(checking->sets);
	uint32_t taken = diagram_choose(
		diagrams, match, checking->policy.whole, diagram_outcome(OUTCOME_HOLE));

	diagram_each_outcome(diagrams, taken, NULL, take, &takers);
	for (size_t i = 0; i < takers.count; i++)
		buffer_format(out, "%s%u",
			i                  ? ", "
			: takers.count > 1 ? "rules "
					   : "rule ",
			takers.rule[i]->preference.value);
}

static bool is_detached(const struct checking *checking, const struct ifname *name)
{
	return name->given && !snapshot_device_named(checking->subject->snapshot, name->name);
}

/* Returns the first rule that refuses every packet; NULL if there is none. */
static const struct rule *refuser_of_all(const struct checking *checking)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		uint8_t action = rule_action(rule);

		if (action != FR_ACT_TO_TBL && action != FR_ACT_NOP && action != FR_ACT_GOTO &&
			policy_sets_match(checking->sets, checking->subject->snapshot, rule) ==
				diagram_outcome(DIAGRAM_YES))
			return rule;
	}
	return NULL;
}

static bool is_same_prefix(const struct prefix *a, const struct prefix *b)
{
	return a->given == b->given && a->length == b->length &&
	       !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

/* Returns an earlier rule with the same selector and the same action. */
static const struct rule *twin_of(const struct checking *checking, size_t index)
{
	const struct rule *rule = rule_at(checking, index);

	for (size_t i = index; i-- > 0 && index - i < 1000;) {
		const struct rule *there = rule_at(checking, i);
		struct rule other;

		if (!is_same_prefix(&there->source, &rule->source) ||
			!is_same_prefix(&there->destination, &rule->destination) ||
			there->class.value != rule->class.value)
			continue;
		other = *there;
		other.preference = rule->preference;
		if (fields_same(&rule_object, rule, &other, 0) && !rule->own.given)
			return there;
	}
	return NULL;
}

static void check_unreachable(struct checking *checking, size_t index, const struct rule *refuser)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);
	const struct rule *rule = vector_at(rules, index);
	const struct rule *twin = twin_of(checking, index);
	struct buffer takers = {0};
	struct finding *finding;
	uint32_t match = policy_sets_match(checking->sets, checking->subject->snapshot, rule);

	if (rule_is_builtin(rule))
		return;
	if (twin) {
		finding = finding_add(checking, "duplicate-rule", rule,
			"rule %u already does the same", twin->preference.value);
	} else if (match == diagram_outcome(DIAGRAM_NO) || exact_demands(rules, index) ||
		   reach_of(checking, index) != diagram_outcome(DIAGRAM_NO)) {
		return;
	} else if (refuser && refuser < rule) {
		finding = finding_add(checking, "below-refusal", rule,
			"rule %u refuses every packet before this rule is scanned",
			refuser->preference.value);
		finding_witness(checking, finding, match);
	} else {
		list_takers(checking, match, &takers);
		finding =
			takers.length
				? finding_add(checking, "unreachable-rule", rule,
					  "no packet gets here: %s take%s all that it would match",
					  buffer_text(&takers),
					  strchr(buffer_text(&takers), ',') ? "" : "s")
				: finding_add(checking, "unreachable-rule", rule,
					  "no packet gets here");
		finding_witness(checking, finding, match);
	}
	finding_fix_delrule(checking, finding);
	buffer_free(&takers);
}

/* ---- the effect of its class ---- */

static uint32_t map_hole(uint32_t outcome, void *context)
{
	(void)context;
	return outcome == OUTCOME_HOLE ? DIAGRAM_YES : DIAGRAM_NO;
}

/* Returns true if the rule is an area (the document, application 3): a rule for certain
 * destinations. If its class has no route for some of them, these go on to other classes. */
static bool is_area(const struct rule *rule)
{
	return rule->destination.given && rule->destination.length && !rule->invert.given &&
	       !rule->suppress_length.given && !rule->suppress_group.given &&
	       !rule_is_builtin(rule) && !rule->own.given && rule->class.value < CLASS_DEFAULT;
}

struct search {
	bool has_default;
};

static bool find_default(const struct route *route, void *context)
{
	struct search *search = context;

	search->has_default |= !route->destination.length;
	return !search->has_default;
}

static int check_area(
	struct checking *checking, size_t index, uint32_t class_diagram, struct error *error)
{
	struct diagrams *diagrams = policy_sets_diagrams(checking->sets);
	const struct rule *rule = rule_at(checking, index);
	struct scope scope = {.family = checking->family, .class = rule->class.value};
	struct search search = {false};
	uint32_t leaks = diagram_and(diagrams, reach_of(checking, index),
		diagram_map(diagrams, class_diagram, map_hole, NULL));
	struct finding *finding;

	if (leaks == diagram_outcome(DIAGRAM_NO))
		return 0;
	/* A class with a default route `throw` passes packets on intentionally. */
	if (snapshot_each_route(checking->subject->snapshot, &scope, find_default, &search, error))
		return -1;
	if (search.has_default)
		return 0;
	finding = finding_add(checking, "open-class", rule,
		"what class %u does not know goes on to the next rules", rule->class.value);
	finding_witness(checking, finding, leaks);
	finding_fix(finding, "add %sdefault reject class %u",
		checking->family == AF_INET6 ? "-6 " : "", rule->class.value);
	return 0;
}

static int check_class(struct checking *checking, size_t index, struct error *error)
{
	const struct rule *rule = rule_at(checking, index);
	uint32_t diagram = *(const uint32_t *)vector_at(&checking->policy.classes, index);
	struct finding *finding;

	if (rule_action(rule) != FR_ACT_TO_TBL || rule->l3mdev.given || rule_is_builtin(rule))
		return 0;
	if (rule->gone.given) {
		finding = finding_add(
			checking, "record-missing", rule, "its private class has lost its record");
		finding_fix_delrule(checking, finding);
		return 0;
	}
	if (diagram != diagram_outcome(OUTCOME_HOLE))
		return is_area(rule) ? check_area(checking, index, diagram, error) : 0;
	finding = finding_add(checking, "empty-class", rule, "class %u has no route to anything",
		rule->class.value);
	finding_fix_delrule(checking, finding);
	return 0;
}

/* ---- devices and targets ---- */

static void check_names(struct checking *checking, size_t index)
{
	const struct rule *rule = rule_at(checking, index);
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);
	const struct ifname *name = is_detached(checking, &rule->input)    ? &rule->input
	                            : is_detached(checking, &rule->output) ? &rule->output
	                                                                   : NULL;

	if (name)
		finding_fix_delrule(checking,
			finding_add(checking, "detached-device", rule,
				"there is no device %s: the rule matches nothing", name->name));
	if (rule_action(rule) == FR_ACT_GOTO && rules_find_target(rules, index) == rules->count)
		finding_fix_delrule(
			checking, finding_add(checking, "unresolved-goto", rule,
					  "there is no rule %u to go to", rule->target.value));
}

int check_rules(struct checking *checking, struct error *error)
{
	size_t count = snapshot_rules(checking->subject->snapshot, checking->family)->count;
	const struct rule *refuser = refuser_of_all(checking);

	for (size_t i = 0; i < count; i++) {
		check_names(checking, i);
		check_unreachable(checking, i, refuser);
		if (check_class(checking, i, error))
			return -1;
	}
	return 0;
}
