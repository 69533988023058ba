/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides from the kernel's rules, without reading nftables. */
#include "nat/concern.h"

#include <sys/socket.h>

#include "model/rule.h"
#include "state/bindings.h"
#include "state/store.h"

enum { RULES_FEW = 16 };

/* A search for rules that concern nftables. */
struct looking {
	uint32_t class; /* only rules that look it up; 0: all */
	bool any, found;
};

static bool look_at(const void *record, void *context)
{
	struct looking *looking = context;
	const struct rule *rule = record;

	if (!rule_has_part(rule) && !bindings_concern(&rule_object, rule))
		return true;
	looking->any = true;
	looking->found =
		!looking->class || (rule->class.given && rule->class.value == looking->class);
	return !looking->found;
}

/* Reads the rules without keeping them, unless they are loaded: a flush needs no copy. */
static int look(struct policy *policy, uint8_t family, struct looking *looking, struct error *error)
{
	const struct rule_list *list = family == AF_INET6 ? &policy->inet6 : &policy->inet;
	const struct scope scope = {.family = family, .bare = true};

	if (!list->loaded)
		return store_each(
			policy->netlink, &rule_object, &scope, look_at, looking, NULL, error);
	for (size_t i = 0; i < list->rules.count && !looking->found; i++)
		look_at(vector_at(&list->rules, i), looking);
	return 0;
}

/* An IPv4 rule that only looks up a class matters only to rules of this class; but searching all
 * rules for each of thousands would take too long. */
static uint32_t class_of_few(const struct transaction *transaction, const struct rule *rule)
{
	return rule->family == AF_INET6 || rule->target.given || transaction->policy.keep ||
	                       transaction->rules_added > RULES_FEW
	               ? 0
	               : rule->class.value;
}

int concern_decide(struct concern *concern, struct transaction *transaction,
	const struct rule *rule, bool removal, bool *concerned, struct error *error)
{
	bool *looked = rule->family == AF_INET6 ? &concern->looked6 : &concern->looked4;
	struct looking looking = {.class = class_of_few(transaction, rule)};

	*concerned = rule_has_part(rule) || bindings_concern(&rule_object, rule);
	/* An IPv4 rule without a realm of this program matters to a translating rule only when it
	 * is added and looks up the same class or jumps over that rule. */
	if (*concerned || *looked ||
		(rule->family != AF_INET6 &&
			(removal || !(rule->class.given || rule->target.given))))
		return 0;
	if (look(&transaction->policy, rule->family, &looking, error))
		return -1;
	*looked = !looking.any;
	*concerned = looking.found;
	return 0;
}
