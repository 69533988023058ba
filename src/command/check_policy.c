/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds faults of the rules together. */
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "command/finding.h"
#include "field/walk.h"
#include "lookup/scan.h"

enum { RULES_MANY = 1000 };

static const struct vector *rules_of(const struct checking *checking)
{
	return snapshot_rules(checking->subject->snapshot, checking->family);
}

static bool leads_to(const struct rule *rule, uint32_t class)
{
	return rule_action(rule) == FR_ACT_TO_TBL && rule->class.value == class;
}

static const char *family_words(const struct checking *checking)
{
	return checking->family == AF_INET6 ? "from ::/0 " : "";
}

/* A rule is added after those with the same preference, so rules at 0 are moved to 1. */
static void fix_first(struct checking *checking, struct finding *finding)
{
	const struct vector *rules = rules_of(checking);
	struct buffer fix = {0};
	bool owned = false;
	size_t i;

	for (i = 0; i < rules->count; i++) {
		struct rule rule = *(const struct rule *)vector_at(rules, i);

		if (rule.preference.value || leads_to(&rule, CLASS_LOCAL))
			break;
		owned |= finding_is_owned(checking, finding, &rule);
		finding_rule_words(checking, &rule, "delrule ", &fix);
		buffer_char(&fix, '\n');
		rule.preference.value = 1;
		finding_rule_words(checking, &rule, "addrule ", &fix);
		buffer_char(&fix, '\n');
	}
	if (i == rules->count || ((const struct rule *)vector_at(rules, i))->preference.value)
		buffer_format(&fix, "addrule pref 0 %sclass local", family_words(checking));
	if (!owned)
		finding_fix(finding, "%s", buffer_text(&fix));
	buffer_free(&fix);
}

static void check_first(struct checking *checking)
{
	const struct vector *rules = rules_of(checking);
	const struct rule *first = rules->count ? vector_at(rules, 0) : NULL;

	if (!first || leads_to(first, CLASS_LOCAL))
		return;
	fix_first(checking,
		finding_add(checking, "local-not-first", first,
			"packets to this host itself pass this rule before class local is asked"));
}

static void check_builtin(struct checking *checking)
{
	const struct vector *rules = rules_of(checking);

	check_first(checking);
	if (!checking_has_class(checking, CLASS_MAIN))
		finding_fix(
			finding_add(checking, "main-gone", NULL, "no rule leads to class main (%s)",
				checking->family == AF_INET6 ? "IPv6" : "IPv4"),
			"addrule pref 32766 %sclass main", family_words(checking));
	if (checking->family == AF_INET && !checking_has_class(checking, CLASS_DEFAULT))
		finding_fix(finding_add(checking, "default-gone", NULL,
				    "no rule leads to class default"),
			"addrule pref 32767 class default");
	if (rules->count > RULES_MANY)
		finding_add(checking, "long-scan", NULL,
			"a packet may have to pass %zu rules; sources or destinations that "
			"share a class can share a rule",
			rules->count);
}

/* Returns true if a packet may have the marks of both rules, because their masks overlap. */
static bool marks_overlap(const struct rule *a, const struct rule *b)
{
	return a->mark.given && b->mark.given && a->mark.mask & b->mark.mask &&
	       a->mark.mask != b->mark.mask &&
	       !((a->mark.value ^ b->mark.value) & a->mark.mask & b->mark.mask);
}

/* Returns the packets that have the marks of both rules and match their other selectors. */
static uint32_t overlap(const struct checking *checking, const struct rule *a, const struct rule *b)
{
	const struct snapshot *snapshot = checking->subject->snapshot;

	if (!marks_overlap(a, b))
		return diagram_outcome(DIAGRAM_NO);
	return diagram_and(policy_sets_diagrams(checking->sets),
		policy_sets_match(checking->sets, snapshot, a),
		policy_sets_match(checking->sets, snapshot, b));
}

static void check_marks(struct checking *checking)
{
	const struct vector *rules = rules_of(checking);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		for (size_t j = 0; rule->mark.given && j < i; j++) {
			const struct rule *first = vector_at(rules, j);
			struct finding *finding;
			uint32_t both = overlap(checking, first, rule);

			if (both == diagram_outcome(DIAGRAM_NO))
				continue;
			finding = finding_add(checking, "overlapping-marks", rule,
				"a packet may have this mark and that of rule %u, which is "
				"scanned first",
				first->preference.value);
			finding_witness(checking, finding, both);
			break;
		}
	}
}

/* Finds IPv4 rules without addresses that have no equal in IPv6. */
static void check_twins(struct checking *checking)
{
	const struct vector *rules = rules_of(checking);
	const struct vector *others = snapshot_rules(checking->subject->snapshot, AF_INET6);

	for (size_t i = 0; i < rules->count; i++) {
		struct rule rule = *(const struct rule *)vector_at(rules, i);
		bool found = rule.source.given || rule.destination.given || rule.own.given ||
		             rule_is_builtin(&rule);

		rule.family = AF_INET6;
		for (size_t j = 0; !found && j < others->count; j++) {
			struct rule other = *(const struct rule *)vector_at(others, j);

			other.preference = rule.preference;
			found = fields_same(&rule_object, &rule, &other, FIELD_SELECTOR);
		}
		if (!found)
			finding_add(checking, "no-ipv6-twin", vector_at(rules, i),
				"IPv6 has no rule with this selector");
	}
}

int check_policy(struct checking *checking, struct error *error)
{
	(void)error;
	check_builtin(checking);
	check_marks(checking);
	if (checking->session->options.details && checking->family == AF_INET)
		check_twins(checking);
	return 0;
}
