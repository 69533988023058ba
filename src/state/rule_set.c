/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps rules sorted by preference. */
#include "state/rule_set.h"

#include <stdlib.h>

#include "base/memory.h"
#include "field/walk.h"

void rule_set_init(struct rule_set *set)
{
	*set = (struct rule_set){
		.rules.size = sizeof(struct rule),
		.lowest = {UINT32_MAX, UINT32_MAX},
	};
}

void rule_set_free(struct rule_set *set)
{
	vector_free(&set->rules);
}

static void note_lowest(struct rule_set *set, uint32_t preference)
{
	if (preference < set->lowest[0]) {
		set->lowest[1] = set->lowest[0];
		set->lowest[0] = preference;
	} else if (preference < set->lowest[1]) {
		set->lowest[1] = preference;
	}
}

void rule_set_add(struct rule_set *set, const struct rule *rule, struct arena *arena)
{
	struct rule copy = *rule;
	const struct rule *last =
		set->rules.count ? vector_at(&set->rules, set->rules.count - 1) : NULL;

	/* The kernel chooses the place before the second rule. */
	if (!copy.preference.given) {
		copy.preference.given = true;
		copy.preference.value =
			set->rules.count > 1 && set->lowest[1] ? set->lowest[1] - 1 : 0;
	}
	fields_keep(&rule_object, &copy, arena);
	set->unsorted |= last && last->preference.value > copy.preference.value;
	note_lowest(set, copy.preference.value);
	vector_push(&set->rules, &copy);
}

struct place {
	uint32_t preference, index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->preference != right->preference)
		return left->preference < right->preference ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

/* Sorts small places instead of the large rules. */
static void sort_rules(struct rule_set *set)
{
	struct vector sorted = {.size = sizeof(struct rule)};
	struct place *places = memory_get((set->rules.count + 1) * sizeof *places);

	for (size_t i = 0; i < set->rules.count; i++) {
		const struct rule *rule = vector_at(&set->rules, i);

		places[i] = (struct place){rule->preference.value, (uint32_t)i};
	}
	qsort(places, set->rules.count, sizeof *places, compare_places);
	for (size_t i = 0; i < set->rules.count; i++)
		vector_push(&sorted, vector_at(&set->rules, places[i].index));
	vector_free(&set->rules);
	free(places);
	set->rules = sorted;
	set->unsorted = false;
}

const struct vector *rule_set_rules(struct rule_set *set)
{
	if (set->unsorted)
		sort_rules(set);
	return &set->rules;
}
