/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the inexact rules before a transaction with those after it. */
#include "nat/conditions.h"

#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"
#include "state/bindings.h"
#include "change/refusal.h"
#include "nat/entries.h"
#include "nat/exact.h"
#include "nat/reply_marks.h"

static bool was_inexact(const struct conditions *conditions, const struct binding *binding)
{
	for (size_t i = 0; i < conditions->inexact.count; i++)
		if (bindings_alike(vector_at(&conditions->inexact, i), binding))
			return true;
	return false;
}

int conditions_note(struct conditions *conditions, const struct vector *rules, bool *missing,
	struct error *error)
{
	struct exact_index index;
	struct error ignored;
	int status = 0;

	exact_index_make(&index, rules);
	conditions->inexact.size = sizeof(struct binding);
	for (size_t i = 0; i < rules->count && !status; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct binding binding = binding_of_rule(rule, true);

		if (rule->part.given && rule->part.state == PART_UNREADABLE)
			status = refusal_unreadable(rule, error);
		*missing |= rule->part.given;
		if (rule_translates(rule) && exact_check(&index, i, &ignored))
			vector_push(&conditions->inexact, &binding);
	}
	exact_index_free(&index);
	return status;
}

/* Returns the line that adds a rule; 0 if there is none. */
static uint32_t line_of(const struct transaction *transaction, const struct rule *rule)
{
	struct arena arena = {0};
	uint32_t line = 0;

	for (size_t i = transaction->changes.count; i-- && !line;) {
		const struct change *change = vector_at(&transaction->changes, i);
		struct rule added = {0};

		if (change->operation != OPERATION_DELETE &&
			change_object(transaction, change) == &rule_object &&
			!fields_decode(&rule_object, change_message(transaction, change), &arena,
				&added) &&
			added.preference.value == rule->preference.value &&
			fields_same(&rule_object, &added, rule, FIELD_SELECTOR))
			line = change->line;
	}
	arena_free(&arena);
	return line;
}

/* Refuses only what this transaction makes inexact; otherwise nothing could be repaired any
 * more. */
static int check_rules(const struct conditions *conditions, const struct exact_index *index,
	struct transaction *transaction, struct error *error)
{
	for (size_t i = 0; i < index->rules->count; i++) {
		const struct rule *rule = vector_at(index->rules, i);
		struct binding binding;

		if (!rule_translates(rule))
			continue;
		binding = binding_of_rule(rule, true);
		if (!was_inexact(conditions, &binding) && exact_check(index, i, error)) {
			transaction->against = line_of(transaction, rule);
			return -1;
		}
	}
	return 0;
}

void conditions_free(struct conditions *conditions)
{
	vector_free(&conditions->inexact);
}

int conditions_check(const struct conditions *conditions, struct transaction *transaction,
	uint8_t family, const struct entry_index *known, struct vector *wanted, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, family, error);
	const struct rule *fault;
	struct exact_index index;
	int status;

	if (!rules)
		return -1;
	fault = reply_marks_check(rules, error);
	if (fault) {
		transaction->against = line_of(transaction, fault);
		return -1;
	}
	exact_index_make(&index, rules);
	status = check_rules(conditions, &index, transaction, error);
	if (!status)
		entries_of_rules(wanted, &index, known);
	exact_index_free(&index);
	return status;
}
