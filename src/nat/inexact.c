/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks existing rules with exact.h and realm_conflicts.h. */
#include "nat/inexact.h"

#include <sys/socket.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "nat/exact.h"
#include "nat/realm_conflicts.h"

static int check(
	struct policy *policy, const struct exact_index *index, size_t at, struct error *error)
{
	const struct rule *rule = vector_at(index->rules, at);

	if (exact_check(index, at, error))
		return -1;
	/* A private class has only the route that this program put there. */
	if (rule->family != AF_INET || !rule->class.given || rule->class.value >= CLASS_PRIVATE)
		return 0;
	return realm_conflicts_class(policy, rule, error);
}

bool rule_is_there(const struct rule *rule, const struct rule *wanted)
{
	return rule->preference.value == wanted->preference.value &&
	       rule_tag(rule) == rule_tag(wanted) &&
	       fields_same(&rule_object, rule, wanted, FIELD_SELECTOR);
}

int inexact_check(struct policy *policy, const struct rule *rule, struct error *error)
{
	const struct rule wanted = *rule;
	const struct vector *rules = policy_rules_whole(policy, wanted.family, error);
	struct exact_index index;
	int status = 0;

	if (!rules)
		return -1;
	exact_index_make(&index, rules);
	for (size_t i = 0; i < rules->count && !status; i++) {
		const struct rule *other = vector_at(rules, i);

		if (rule_translates(other) && rule_is_there(other, &wanted))
			status = check(policy, &index, i, error);
	}
	exact_index_free(&index);
	return status;
}

static bool any_translates(const struct vector *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rule_translates(vector_at(rules, i)))
			return true;
	return false;
}

void inexact_find(struct netlink *netlink, const struct vector *rules,
	void (*each)(const struct rule *rule, const struct error *why, void *context),
	void *context)
{
	struct policy policy = {.netlink = netlink};
	size_t end;

	for (size_t first = 0; first < rules->count; first = end) {
		struct vector run = *rules;
		struct exact_index index;
		struct error why;

		for (end = first; end < rules->count; end++)
			if (((const struct rule *)vector_at(rules, end))->family !=
				((const struct rule *)vector_at(rules, first))->family)
				break;
		run.items = vector_at(rules, first);
		run.count = end - first;
		if (!any_translates(&run))
			continue;
		exact_index_make(&index, &run);
		for (size_t i = 0; i < run.count; i++) {
			why = (struct error){.status = STATUS_DONE};
			if (rule_translates(vector_at(&run, i)) && check(&policy, &index, i, &why))
				each(vector_at(&run, i), &why, context);
		}
		exact_index_free(&index);
	}
	policy_free(&policy);
}
