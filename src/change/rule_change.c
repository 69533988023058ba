/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds and removes whole rules. */
#include "change/rule_change.h"

#include <sys/socket.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/own.h"
#include "change/table_allocation.h"

/* The kernel chooses a preference when the rule arrives. The rules of one transaction are not sent
 * in this order, so the choice is made here; also where the kernel's choice would break the order:
 * before the rules of local-policy, or 0, after a rule that has 0 already. */
static int choose_preference(
	struct transaction *transaction, struct rule *rule, struct error *error)
{
	struct policy *policy = &transaction->policy;

	if (rule->preference.given || !(policy->keep || transaction->rules_added ||
					      policy_overrides_preference(policy, rule->family)))
		return 0;
	return policy_choose_preference(policy, rule, error);
}

int rule_add(struct transaction *transaction, struct rule *rule, struct error *error)
{
	struct route marker;
	uint32_t class;

	if (choose_preference(transaction, rule, error) ||
		participants_rule_adding(&transaction->participants, rule, error))
		return -1;
	if (rule->own.given || rule->gone.given) {
		if (table_allocation_next(transaction, &class, error))
			return -1;
		rule->class = (struct number){true, class};
		if (rule->own.given)
			own_assign(rule, class);
		own_records_add(&transaction->policy.own, rule);
		/* The marker is the same in every class, so the kernel reports EEXIST if the class
		 * is in use. */
		marker = own_marker(rule);
		transaction_add(transaction, OPERATION_ADD, &route_object, &marker, NULL)
			->allocates = true;
		if (rule->own.given)
			transaction_add(
				transaction, OPERATION_ADD, &route_object, rule->own.record, NULL)
				->allocates = true;
	}
	transaction->rules_added++;
	transaction_add(transaction, OPERATION_ADD, &rule_object, rule, NULL);
	return 0;
}

int rule_remove(
	struct transaction *transaction, const struct rule *rule, bool after, struct error *error)
{
	/* `rule` may be the policy's own copy, which is freed soon. */
	struct rule removed = *rule;
	const void *own;
	struct route marker;

	if (participants_rule_removing(&transaction->participants, &removed, error))
		return -1;
	own = removed.own.given ? removed.own.record : NULL;
	transaction_add(transaction, OPERATION_DELETE, &rule_object, &removed, &removed)->after =
		after;
	if (own)
		transaction_add(transaction, OPERATION_DELETE, &route_object, own, own)->after =
			after;
	if (removed.marked.given) {
		marker = own_marker(&removed);
		transaction_add(transaction, OPERATION_DELETE, &route_object, &marker, &marker)
			->after = after;
	}
	participants_rule_removed(&transaction->participants, &removed);
	return 0;
}

void rule_refill(struct transaction *transaction, const struct rule *rule, struct rule *wanted)
{
	own_assign(wanted, rule->class.value);
	transaction_add(transaction, OPERATION_ADD, &route_object, wanted->own.record, NULL);
}

int rule_note_earlier(struct transaction *transaction, uint8_t family, struct error *error)
{
	struct policy *policy = &transaction->policy;
	bool loaded = family == AF_INET6 ? policy->inet6.loaded : policy->inet.loaded;
	struct arena arena = {0};

	if (!policy_rules(policy, family, error))
		return -1;
	for (size_t i = 0; !loaded && i < transaction->changes.count; i++) {
		struct change *change = vector_at(&transaction->changes, i);
		struct rule rule = {0};

		if (change_object(transaction, change) != &rule_object ||
			fields_decode(
				&rule_object, change_message(transaction, change), &arena, &rule) ||
			rule.family != family)
			continue;
		change->kept = policy_note_rule(
			policy, (enum operation)change->operation, &rule, NULL, &change->record);
	}
	arena_free(&arena);
	return 0;
}
