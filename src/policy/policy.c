/* Rules and routes as they will be. */
#include "policy/policy.h"

#include <string.h>
#include <sys/socket.h>

#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

void policy_free(struct policy *policy)
{
	vector_free(&policy->inet.rules);
	vector_free(&policy->inet6.rules);
	arena_free(&policy->arena);
}

static struct rule_list *list_of(struct policy *policy, uint8_t family)
{
	return family == AF_INET6 ? &policy->inet6 : &policy->inet;
}

const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = list_of(policy, family);
	struct scope scope = {.family = family};

	if (!list->loaded && store_load(policy->netlink, &rule_object, &scope, &list->rules,
				     &policy->arena, error))
		return NULL;
	list->loaded = true;
	return &list->rules;
}

int policy_each_route(struct policy *policy, const struct scope *scope,
	bool (*each)(const void *record, void *context), void *context, struct error *error)
{
	return store_each(policy->netlink, &route_object, scope, each, context, NULL, error);
}

void policy_forget(struct policy *policy)
{
	policy->inet.loaded = false;
	policy->inet6.loaded = false;
}

/* fib_default_rule_pref(): before the second. */
uint32_t policy_preference(const struct vector *rules)
{
	const struct rule *second = rules->count > 1 ? vector_at(rules, 1) : NULL;

	return second && second->preference.value ? second->preference.value - 1 : 0;
}

/* Behind its equals. */
static void insert_rule(struct policy *policy, struct vector *rules, const struct rule *rule)
{
	struct rule copy = *rule;
	size_t at = rules->count;

	if (!copy.preference.given)
		copy.preference = (struct number){true, policy_preference(rules)};
	fields_keep(&rule_object, &copy, &policy->arena);
	copy.own.origin = NULL;
	while (at &&
		((struct rule *)vector_at(rules, at - 1))->preference.value > copy.preference.value)
		at--;
	vector_push(rules, &copy);
	memmove(vector_at(rules, at + 1), vector_at(rules, at),
		(rules->count - 1 - at) * sizeof copy);
	memcpy(vector_at(rules, at), &copy, sizeof copy);
}

static void remove_rule(struct vector *rules, const struct rule *rule)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (other->preference.value != rule->preference.value ||
			!fields_same(&rule_object, other, rule, FIELD_SELECTOR) ||
			!fields_same(&rule_object, other, rule, FIELD_ACTION))
			continue;
		memmove(vector_at(rules, i), vector_at(rules, i + 1),
			(rules->count - 1 - i) * sizeof *rule);
		rules->count--;
		return;
	}
}

void policy_note(struct policy *policy, enum operation operation, const struct object *object,
	const void *record)
{
	struct rule_list *list = list_of(policy, ((const struct record *)record)->family);

	if (object != &rule_object || !list->loaded)
		return;
	if (operation == OPERATION_DELETE)
		remove_rule(&list->rules, record);
	else
		insert_rule(policy, &list->rules, record);
}
