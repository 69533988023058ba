/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares each rule only with the first one of each mark: there are few devices. */
#include "nat/reply_marks.h"

#include <string.h>

#include "base/error.h"
#include "base/vector.h"
#include "model/rule.h"

static const struct rule *rule_at(const struct vector *firsts, size_t index)
{
	return *(const struct rule *const *)vector_at(firsts, index);
}

static bool is_taken(const struct vector *firsts, uint32_t value)
{
	for (size_t i = 0; i < firsts->count; i++)
		if (rule_at(firsts, i)->mark.value == value)
			return true;
	return false;
}

/* Suggests the mark that the device has already, or one that no device has. */
static int suggest(
	const struct rule *rule, const struct vector *firsts, uint32_t mask, struct error *error)
{
	uint32_t step = mask & -mask;
	uint32_t mark = step;

	while (mark < mask && (mark & ~mask || is_taken(firsts, mark)))
		mark += step;
	for (size_t i = 0; i < firsts->count; i++)
		if (!strcmp(rule_at(firsts, i)->reply.device, rule->reply.device))
			mark = rule_at(firsts, i)->mark.value;
	return error_hint(error, "as in dev %s reply mark %#x/%#x", rule->reply.device, mark, mask);
}

static int refuse_mask(const struct rule *rule, const struct rule *first,
	const struct vector *firsts, struct error *error)
{
	error_set(error, STATUS_GUARDED,
		"the marks of all rules with \"reply\" are in the same bits, here %#x: see pref %u",
		first->mark.mask, first->preference.value);
	return suggest(rule, firsts, first->mark.mask, error);
}

/* The names of two devices have the same hash. This is rare; the user has to choose a mark for one
 * of them. */
static int refuse_twin(const struct rule *rule, const struct rule *first,
	const struct vector *firsts, struct error *error)
{
	error_set(error, STATUS_GUARDED,
		"the answers of %s and of %s (pref %u) would have the same mark, %#x",
		rule->reply.device, first->reply.device, first->preference.value, rule->mark.value);
	return suggest(rule, firsts, rule->mark.mask, error);
}

static int compare(
	const struct rule *rule, const struct vector *firsts, bool *known, struct error *error)
{
	for (size_t i = 0; i < firsts->count; i++) {
		const struct rule *first = rule_at(firsts, i);

		if (first->mark.mask != rule->mark.mask)
			return refuse_mask(rule, first, firsts, error);
		if (first->mark.value != rule->mark.value)
			continue;
		*known = true;
		return strcmp(first->reply.device, rule->reply.device)
		               ? refuse_twin(rule, first, firsts, error)
		               : 0;
	}
	return 0;
}

const struct rule *reply_marks_check(const struct vector *rules, struct error *error)
{
	struct vector firsts = {.size = sizeof(const struct rule *)};
	const struct rule *fault = NULL;

	for (size_t i = 0; i < rules->count && !fault; i++) {
		const struct rule *rule = vector_at(rules, i);
		bool known = false;

		if (!rule->reply.given)
			continue;
		if (compare(rule, &firsts, &known, error))
			fault = rule;
		else if (!known)
			vector_push(&firsts, &rule);
	}
	vector_free(&firsts);
	return fault;
}
