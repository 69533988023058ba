/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the rules of each class. */
#include "change/lookups.h"

#include <sys/socket.h>

#include "change/transaction.h"
#include "model/rule.h"
#include "state/difference.h"
#include "state/records.h"

static uint64_t key_of(uint8_t family, uint32_t class)
{
	return (uint64_t)(family == AF_INET6) << 32 | class;
}

/* Returns false if the rule may look up any class, as l3mdev does with those of VRFs. */
static bool note(struct vector *keys, const struct rule *rule)
{
	uint64_t key = key_of(rule->family, rule->class.value);

	if (rule->class.given && rule->class.value < CLASS_PRIVATE)
		vector_push(keys, &key);
	return !rule->l3mdev.given;
}

static bool is_kernels(uint32_t class)
{
	return class == CLASS_MAIN || class == CLASS_LOCAL || class == CLASS_DEFAULT;
}

/* Sets *rules and *routes if records of these sorts change whose order matters. */
static void look_at(
	const struct records *records, const unsigned char *fate, bool *rules, bool *routes)
{
	for (size_t i = 0; i < records->items.count; i++) {
		const struct record_item *item = records_item(records, i);

		if (fate[i] == FATE_SAME)
			continue;
		*rules |= item->rule;
		*routes |= !item->rule && !is_kernels(item->class) && item->class < CLASS_PRIVATE;
	}
}

/* Notes the rules of a list: all of them, or those that `fate` changes. */
static bool note_records(
	struct vector *keys, const struct records *records, const unsigned char *fate)
{
	struct arena arena = {0};
	bool known = true;

	for (size_t i = 0; i < records->items.count; i++) {
		struct rule rule = {0};

		if (!records_item(records, i)->rule || (fate && fate[i] == FATE_SAME))
			continue;
		records_read(records, i, &arena, &rule);
		known &= note(keys, &rule);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return known;
}

static int note_kernel(
	struct lookups *lookups, struct policy *policy, uint8_t family, struct error *error)
{
	const struct vector *rules = policy_rules(policy, family, error);

	for (size_t i = 0; rules && i < rules->count; i++)
		lookups->known &= note(&lookups->now, vector_at(rules, i));
	return rules ? 0 : -1;
}

int lookups_find(struct lookups *lookups, const struct records *have, const struct records *want,
	const struct difference *difference, struct transaction *transaction, struct error *error)
{
	struct vector *lists[] = {&lookups->now, &lookups->removed, &lookups->wanted};
	bool routes = false;

	look_at(have, difference->have, &lookups->known, &routes);
	look_at(want, difference->want, &lookups->known, &routes);
	lookups->known &= routes;
	if (!lookups->known)
		return 0;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		lists[i]->size = sizeof(uint64_t);
	if (note_kernel(lookups, &transaction->policy, AF_INET, error) ||
		note_kernel(lookups, &transaction->policy, AF_INET6, error))
		return -1;
	note_records(&lookups->removed, have, difference->have);
	lookups->known &= note_records(&lookups->wanted, want, NULL);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		vector_sort(lists[i], compare_uint64);
	return 0;
}

void lookups_free(struct lookups *lookups)
{
	vector_free(&lookups->now);
	vector_free(&lookups->removed);
	vector_free(&lookups->wanted);
}

static size_t count(const struct vector *keys, uint64_t key)
{
	size_t first = vector_lower_bound(keys, &key, compare_uint64);
	size_t end = first;

	while (end < keys->count && *(const uint64_t *)vector_at(keys, end) == key)
		end++;
	return end - first;
}

bool lookups_reach_now(const struct lookups *lookups, const struct record_item *route)
{
	return !lookups->known || is_kernels(route->class) || route->class >= CLASS_PRIVATE ||
	       count(&lookups->now, key_of(route->family, route->class));
}

bool lookups_reach_then(const struct lookups *lookups, const struct record_item *route)
{
	uint64_t key = key_of(route->family, route->class);

	return !lookups->known || is_kernels(route->class) || route->class >= CLASS_PRIVATE ||
	       count(&lookups->wanted, key) ||
	       count(&lookups->now, key) > count(&lookups->removed, key);
}
