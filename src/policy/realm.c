/*
 * A packet's realm is what the kernel noted when a nexthop was first used; whoever shares a nexthop
 * (the routes of a class, a nexthop object) shares that note. Hence the conditions here.
 */
#include "policy/realm.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/binding.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/store.h"
#include "policy/survey.h"

struct realms_used {
	bool taken[REALM_LAST + 1];
	uint32_t next; /* where the search goes on */
};

void realms_free(struct realms_used *used)
{
	free(used);
}

/* ---- choosing ---- */

static void take(struct realms_used *used, uint32_t realms)
{
	used->taken[realms & 0xffff] = true;
	used->taken[realms >> 16] = true;
}

static bool take_route(const void *record, void *context)
{
	const struct route *route = record;

	if (route->realm.given)
		take(context, route->realm.value);
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->realm.given)
			take(context, nexthop->realm.value);
	}
	return true;
}

static int find_used(struct policy *policy, struct realms_used *used, struct error *error)
{
	const struct vector *rules = policy_rules(policy, AF_INET, error);
	struct scope scope = {.family = AF_INET};

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->realm.given)
			take(used, rule->realm.value);
	}
	return policy_each_route(policy, &scope, NULL, take_route, used, error);
}

static int choose(
	struct policy *policy, struct realms_used **used, uint32_t *realm, struct error *error)
{
	if (!*used) {
		*used = memory_get(sizeof **used);
		(*used)->next = REALM_FIRST;
		if (find_used(policy, *used, error))
			return -1;
	}
	while ((*used)->next <= REALM_LAST && (*used)->taken[(*used)->next])
		(*used)->next++;
	if ((*used)->next > REALM_LAST)
		return error_set(error, STATUS_GUARDED,
			"all %d realms for rules that translate are taken",
			REALM_LAST - REALM_FIRST + 1);
	*realm = (*used)->next++;
	return 0;
}

/* ---- the other rules of a class ---- */

static bool looks_up(const struct rule *rule, uint32_t class)
{
	return rule->class.given && rule->class.value == class;
}

/* The realm of the tool's that rules of the class have; 0: none. */
static uint32_t realm_of_class(const struct vector *rules, uint32_t class)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (looks_up(rule, class) && rule_tag(rule))
			return rule_tag(rule);
	}
	return 0;
}

/* The rule again, with another realm, and away with the old one: the new one first. */
static void change_realm(struct transaction *transaction, const struct rule *rule, uint32_t realm)
{
	struct rule changed = *rule;

	/* A realm of 0 is said, or the kernel takes the rule for the one that is there. */
	changed.realm = (struct number){true, realm};
	changed.part.given = false;
	transaction_add(transaction, OPERATION_ADD, &rule_object, &changed, NULL);
	transaction_add(transaction, OPERATION_DELETE, &rule_object, rule, rule);
}

/* Copies of the rules of a class whose realm is not this one; a realm of the user's own stays. */
static void collect(
	const struct vector *rules, uint32_t class, uint32_t realm, struct vector *others)
{
	others->size = sizeof(struct rule);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (looks_up(rule, class) && rule_tag(rule) != realm &&
			(!rule->realm.given || !rule->realm.value || rule_tag(rule)))
			vector_push(others, rule);
	}
}

static int change_others(
	struct transaction *transaction, uint32_t class, uint32_t realm, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);
	struct vector others = {0};

	if (!rules)
		return -1;
	collect(rules, class, realm, &others);
	for (size_t i = 0; i < others.count; i++)
		change_realm(transaction, vector_at(&others, i), realm);
	vector_free(&others);
	return 0;
}

int realm_give(struct transaction *transaction, struct rule *rule, struct realms_used **used,
	struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);
	uint32_t realm = 0;

	if (!rules)
		return -1;
	if (rule->class.given)
		realm = realm_of_class(rules, rule->class.value);
	if (!realm && !rule_translates(rule))
		return 0;
	if (rule_translates(rule) && survey_class(&transaction->policy, rule, error))
		return -1;
	if (!realm && choose(&transaction->policy, used, &realm, error))
		return -1;
	if (rule_translates(rule) && rule->class.given && rule->retag.given &&
		change_others(transaction, rule->class.value, realm, error))
		return -1;
	if (!rule->realm.given)
		rule->realm = (struct number){true, realm};
	return 0;
}

int realm_take(struct transaction *transaction, uint32_t class, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (looks_up(other, class) && (rule_translates(other) || other->part.given))
			return 0;
	}
	return change_others(transaction, class, 0, error);
}
