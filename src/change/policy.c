/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads rules and routes from the kernel until the lists keep them, then from the lists. */
#include "change/policy.h"

#include <sys/socket.h>

#include "base/error.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/own.h"
#include "state/vouched.h"

void policy_free(struct policy *policy)
{
	rule_list_free(&policy->inet);
	rule_list_free(&policy->inet6);
	route_list_free(&policy->routes);
	own_records_free(&policy->own);
	bindings_free(&policy->bindings);
}

struct rule_list *policy_list(struct policy *policy, uint8_t family)
{
	return family == AF_INET6 ? &policy->inet6 : &policy->inet;
}

/* ---- rules ---- */

static struct rule_list *load(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = policy_list(policy, family);

	if (rule_list_load(
		    list, policy->netlink, family, policy->lenient, &policy->bindings, error))
		return NULL;
	if (policy->keep)
		rule_list_join(list);
	return list;
}

const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = load(policy, family, error);

	if (!list)
		return NULL;
	rule_list_renew(list, &policy->own);
	return &list->rules;
}

const struct vector *policy_rules_whole(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = load(policy, family, error);

	if (list)
		rule_list_join(list);
	return list ? policy_rules(policy, family, error) : NULL;
}

void policy_join(struct policy *policy, uint8_t family, struct vector *rules)
{
	if (policy_list(policy, family)->joined ||
		(!policy->bindings.loaded &&
			vouched_join(&policy_list(policy, family)->rules, rules)))
		return;
	for (size_t i = 0; i < rules->count; i++)
		if (bindings_concern(&rule_object, vector_at(rules, i)))
			bindings_join(&policy->bindings, &rule_object, vector_at(rules, i));
}

struct search {
	struct rule_list *list;
	struct own_records *own;
	struct arena *arena;
	void (*each)(const struct rule *rule, void *context);
	void *context;
};

static void visit(const struct kept *kept, void *context)
{
	const struct search *search = context;
	struct rule rule;

	rule_list_read(search->list, search->own, kept, search->arena, &rule);
	search->each(&rule, search->context);
}

/* Returns true if every rule that fits the words has all their attributes with the same values. */
static bool is_exact(const struct rule *wanted)
{
	return wanted->source.match == PREFIX_EXACT && wanted->destination.match == PREFIX_EXACT &&
	       (!wanted->class.given || wanted->class.value);
}

/* Returns false if none of the words is indexed. */
static bool look_in_index(struct rule_list *list, const struct rule *wanted,
	enum neighbours neighbours, const struct rule_visitor *visitor)
{
	struct rule_index *index = rule_list_index(list);
	const struct nlmsghdr *message = kept_encode(&index->records, wanted);

	if (neighbours == NEIGHBOURS_ALIKE)
		rule_index_alike(index, message, visitor);
	else if (neighbours == NEIGHBOURS_PREFERENCE)
		rule_index_near(index, message, is_exact(wanted), visitor);
	else
		return is_exact(wanted) && rule_index_fitting(index, message, visitor);
	return true;
}

int policy_each_rule(struct policy *policy, const struct rule *wanted, enum neighbours neighbours,
	struct arena *arena, void (*each)(const struct rule *rule, void *context), void *context,
	struct error *error)
{
	struct rule_list *list = load(policy, wanted->family, error);
	struct search search = {list, &policy->own, arena, each, context};
	const struct rule_visitor visitor = {visit, &search};

	if (!list)
		return -1;
	if (policy->keep && neighbours != NEIGHBOURS_ALL &&
		look_in_index(list, wanted, neighbours, &visitor))
		return 0;
	rule_list_renew(list, &policy->own);
	for (size_t i = 0; i < list->rules.count; i++)
		each(vector_at(&list->rules, i), context);
	return 0;
}

/* In a transaction of many lines, uses the index to find the rules that are the only one of their
 * class. */
static void find_sole_owners(struct rule_list *list, const struct vector *rules,
	struct vector *sole, struct vector *index)
{
	struct rule_index *rule_index = rule_list_index(list);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->own.given || rule->class.value < CLASS_PRIVATE ||
			rule_index_owners(rule_index, kept_encode(&rule_index->records, rule)) != 1)
			continue;
		vector_push(sole, rule);
		vector_push(index, &i);
	}
}

int policy_attach(struct policy *policy, uint8_t family, struct vector *rules, struct arena *arena,
	struct error *error)
{
	struct rule_list *list = policy_list(policy, family);
	struct vector sole = {.size = sizeof(struct rule)};
	struct vector index = {.size = sizeof(size_t)};
	int status;

	if (!policy->keep)
		return own_attach(policy->netlink, rules, &list->rules, arena, error);
	find_sole_owners(list, rules, &sole, &index);
	status = own_attach(policy->netlink, &sole, &sole, arena, error);
	for (size_t i = 0; i < sole.count; i++)
		own_copy(vector_at(rules, *(size_t *)vector_at(&index, i)), vector_at(&sole, i));
	vector_free(&sole);
	vector_free(&index);
	return status;
}

int policy_choose_preference(struct policy *policy, struct rule *rule, struct error *error)
{
	uint32_t preference = rule_list_preference(policy_list(policy, rule->family));

	rule->preference = (struct number){true, preference};
	if (preference)
		return 0;
	error_set(error, STATUS_GUARDED, "no preference is left in front of the rule with pref %d",
		PREFERENCE_HOST_END + 1);
	return error_hint(error,
		"name one (pref N), or give that rule a higher one: addrule with "
		"the new pref, then delrule pref %d",
		PREFERENCE_HOST_END + 1);
}

bool policy_overrides_preference(struct policy *policy, uint8_t family)
{
	return rule_list_overrides(policy_list(policy, family));
}

bool policy_note_rule(struct policy *policy, enum operation operation, const struct rule *rule,
	const struct nlmsghdr *sent, uint32_t *record)
{
	struct rule_list *list = policy_list(policy, rule->family);

	if (!list->loaded)
		return false;
	*record = rule_list_note(list, operation, rule,
		rule->preference.given ? rule->preference.value : rule_list_preference(list), sent);
	return true;
}

/* ---- routes ---- */

struct joining {
	struct policy *policy;
	bool (*each)(const void *record, void *context);
	void *context;
};

/* A kept route has only what its message holds: the rest of a NAT route is in nftables. */
static bool join(const void *record, void *context)
{
	const struct joining *joining = context;
	struct route route = *(const struct route *)record;

	if (route_translates(&route) && !route.nat.given)
		bindings_join(&joining->policy->bindings, &route_object, &route);
	return joining->each(&route, joining->context);
}

int policy_each_route(struct policy *policy, const struct scope *scope, const struct route *wanted,
	bool (*each)(const void *record, void *context), void *context, struct error *error)
{
	struct joining joining = {policy, each, context};

	if (!route_list_keeps(&policy->routes, scope->family, scope->class))
		return store_each(
			policy->netlink, &route_object, scope, each, context, NULL, error);
	route_list_each(&policy->routes, scope, wanted, join, &joining);
	return 0;
}
