/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the entries that nftables has before, during and after a change of rules. */
#include "nat/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "field/walk.h"
#include "model/rule.h"
#include "state/bindings.h"
#include "nat/exact_index.h"

void entries_of_rules(
	struct vector *entries, const struct exact_index *index, const struct entry_index *known)
{
	for (size_t i = 0; i < index->rules->count; i++) {
		const struct rule *rule = vector_at(index->rules, i);
		const struct exact_fact *fact = exact_fact(index, i);
		bool shared = rule_tag(rule) && fact->shares;
		struct binding binding = binding_of_rule(rule, shared);
		/* Nobody knows what it did. */
		bool lost = rule->part.given && !entry_index_find(known, &binding);

		if (!rule_has_part(rule) && (lost || !shared || !fact->acts))
			continue;
		entries_add(entries, known, &binding);
	}
}

void entries_copy(struct vector *entries, const struct vector *from)
{
	entries->size = sizeof(struct nft_entry);
	for (size_t i = 0; i < from->count; i++)
		vector_push(entries, vector_at(from, i));
}

const struct nft_entry *entries_find(const struct vector *entries, const struct binding *binding)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);

		if (bindings_alike(&entry->binding, binding))
			return entry;
	}
	return NULL;
}

/* ---- the index ---- */

static int64_t preference_of(const struct binding *binding)
{
	return binding->preference.given ? (int64_t)binding->preference.value : -1;
}

/* Hashes most of what bindings_alike() compares. */
static int compare_bindings(const struct binding *left, const struct binding *right)
{
	int64_t place = preference_of(left);
	int64_t other = preference_of(right);

	if (place != other)
		return place < other ? -1 : 1;
	if (left->family != right->family)
		return left->family - right->family;
	if (left->realm.value != right->realm.value)
		return left->realm.value < right->realm.value ? -1 : 1;
	if (memcmp(left->route.bytes, right->route.bytes, sizeof left->route.bytes) != 0)
		return memcmp(left->route.bytes, right->route.bytes, sizeof left->route.bytes);
	return bindings_compare_sources(left, right);
}

static int compare_places(const void *a, const void *b)
{
	const struct nft_entry *left = *(const struct nft_entry *const *)a;
	const struct nft_entry *right = *(const struct nft_entry *const *)b;

	return compare_bindings(&left->binding, &right->binding);
}

void entry_index_make(struct entry_index *index, const struct vector *entries)
{
	bool sorted = true;

	index->places = (struct vector){.size = sizeof(const struct nft_entry *)};
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);

		sorted &= !i || compare_bindings(&(entry - 1)->binding, &entry->binding) <= 0;
		vector_push(&index->places, &entry);
	}
	/* Entries are sorted by preference; few have the same one. */
	if (!sorted)
		vector_sort(&index->places, compare_places);
}

void entry_index_free(struct entry_index *index)
{
	vector_free(&index->places);
}

/* Returns the first place that is not before the binding. */
static size_t find_place(const struct entry_index *index, const struct binding *binding)
{
	const struct nft_entry *const *entries = index->places.items;
	size_t low = 0;
	size_t high = index->places.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_bindings(&entries[middle]->binding, binding) >= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* `comment`: only an entry with these words; NULL: any. */
static const struct nft_entry *find_alike(
	const struct entry_index *index, const struct binding *binding, const char *comment)
{
	const struct nft_entry *const *entries = index->places.items;

	for (size_t i = find_place(index, binding); i < index->places.count; i++) {
		if (compare_bindings(&entries[i]->binding, binding) != 0)
			break;
		if (bindings_alike(&entries[i]->binding, binding) &&
			(!comment || !strcmp(entries[i]->comment, comment)))
			return entries[i];
	}
	return NULL;
}

const struct nft_entry *entry_index_find(
	const struct entry_index *index, const struct binding *binding)
{
	return find_alike(index, binding, NULL);
}

static bool is_held(const struct entry_index *index, const struct nft_entry *entry)
{
	return find_alike(index, &entry->binding, entry->comment);
}

void entries_add(
	struct vector *entries, const struct entry_index *known, const struct binding *binding)
{
	const struct nft_entry *entry = entry_index_find(known, binding);

	if (entry && fields_same(&binding_object, &entry->binding, binding, 0)) {
		vector_push(entries, entry);
		return;
	}
	bindings_add(entries, binding);
	if (entry)
		((struct nft_entry *)vector_at(entries, entries->count - 1))->traffic =
			entry->traffic;
}

bool entries_same(const struct vector *a, const struct vector *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct nft_entry *left = vector_at(a, i);
		const struct nft_entry *right = vector_at(b, i);

		if (left->binding.family != right->binding.family || left->idle != right->idle ||
			strcmp(left->comment, right->comment) != 0)
			return false;
	}
	return true;
}

/* ---- while rules change ---- */

void entries_between(const struct vector *now, const struct vector *wanted, struct vector *entries)
{
	struct entry_index before;
	struct entry_index after;

	entry_index_make(&before, now);
	entry_index_make(&after, wanted);
	entries->size = sizeof(struct nft_entry);
	for (size_t i = 0; i < now->count; i++) {
		const struct nft_entry *entry = vector_at(now, i);
		const struct nft_entry *next = entry_index_find(&after, &entry->binding);

		if (is_held(&after, entry) ||
			(next && next->binding.shared.given && !entry->binding.shared.given))
			continue;
		if (binding_acts(&entry->binding))
			vector_push(entries, entry);
	}
	for (size_t i = 0; i < wanted->count; i++) {
		const struct nft_entry *entry = vector_at(wanted, i);
		const struct nft_entry *earlier = entry_index_find(&before, &entry->binding);

		if (!binding_acts(&entry->binding))
			((struct nft_entry *)vector_push(entries, entry))->idle = !earlier;
		else if (!earlier || entry->binding.shared.given || !earlier->binding.shared.given)
			vector_push(entries, entry);
	}
	entry_index_free(&before);
	entry_index_free(&after);
}

/* ---- order ---- */

struct place {
	int64_t preference;
	size_t index;
};

static int compare_order(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->preference != right->preference)
		return left->preference < right->preference ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static bool is_ordered(const struct vector *entries)
{
	for (size_t i = 1; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);

		if (preference_of(&(entry - 1)->binding) > preference_of(&entry->binding))
			return false;
	}
	return true;
}

void entries_order(struct vector *entries)
{
	struct vector places = {.size = sizeof(struct place)};
	struct vector ordered = {.size = sizeof(struct nft_entry)};

	if (is_ordered(entries))
		return;
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);
		struct place place = {preference_of(&entry->binding), i};

		vector_push(&places, &place);
	}
	vector_sort(&places, compare_order);
	for (size_t i = 0; i < places.count; i++)
		vector_push(&ordered,
			vector_at(entries, ((const struct place *)vector_at(&places, i))->index));
	vector_free(entries);
	vector_free(&places);
	*entries = ordered;
}

/* Returns true if the order of two entries matters and their preferences are equal. */
static bool has_rivals(const struct vector *entries)
{
	for (size_t i = 1; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);
		const struct binding *binding = &entry->binding;

		if (preference_of(&(entry - 1)->binding) == preference_of(binding) &&
			(!binding->realm.given || binding->shared.given) &&
			binding->preference.given)
			return true;
	}
	return false;
}

void entries_order_by_rules(struct vector *entries, const struct vector *rules)
{
	const struct nft_entry *first;
	struct vector ordered = {.size = sizeof(struct nft_entry)};
	struct vector places = {.size = sizeof(size_t)};
	struct entry_index index;
	bool *placed;

	entries_order(entries);
	if (!has_rivals(entries))
		return;
	first = entries->items;
	placed = memory_get(entries->count);
	entry_index_make(&index, entries);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct binding binding = binding_of_rule(rule, rule_tag(rule));
		const struct nft_entry *entry = entry_index_find(&index, &binding);
		size_t place = entry ? (size_t)(entry - first) : 0;

		if (entry && !placed[place])
			vector_push(&places, &place);
		if (entry)
			placed[place] = true;
	}
	for (size_t i = 0; i < entries->count; i++)
		if (!placed[i])
			vector_push(&ordered, vector_at(entries, i));
	for (size_t i = 0; i < places.count; i++)
		vector_push(&ordered, vector_at(entries, *(size_t *)vector_at(&places, i)));
	entry_index_free(&index);
	vector_free(&places);
	free(placed);
	vector_free(entries);
	*entries = ordered;
	entries_order(entries);
}
