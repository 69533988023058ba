/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds rules through groups by several keys. */
#include "change/rule_index.h"

#include <linux/fib_rules.h>

#include "model/route.h"
#include "model/rule.h"

enum { FEW_RULES = 16 }; /* a group as small is searched faster than another index */

/* ---- keys ---- */

/* Attribute types that say what a rule selects, one bit each. */
static uint64_t selector_types(void)
{
	uint64_t types = 0;

	for (int i = 0; i < rule_object.count; i++) {
		const struct field *field = &rule_object.fields[i];

		if (field->flags & FIELD_SELECTOR && field->attribute < 64)
			types |= 1ULL << field->attribute;
	}
	return types & ~1ULL;
}

/* The key is a hash of the selectors; a collision only costs a comparison. */
static void key_selectors(const struct nlmsghdr *message, uint64_t types, struct message_key *key)
{
	key->near[0] = message_hash_attributes(message, types);
}

static void key_class(const struct nlmsghdr *message, uint64_t types, struct message_key *key)
{
	(void)types;
	key->near[0] = message_class(message);
}

void rule_index_init(struct rule_index *index)
{
	index->records.object = &rule_object;
	index->preferences = groups_new(&index->records);
	index->selectors = groups_new(&index->records);
	index->selectors.key = key_selectors;
	index->selectors.types = selector_types();
	index->owners = groups_new(&index->records);
	index->owners.key = key_class;
	index->lowest[0] = index->lowest[1] = index->lowest[2] = UINT32_MAX;
	index->lowest_known = true;
}

void rule_index_free(struct rule_index *index)
{
	kept_free(&index->records);
	groups_free(&index->preferences);
	groups_free(&index->selectors);
	groups_free(&index->owners);
	rule_parts_free(&index->parts);
}

void rule_index_rehash(struct rule_index *index)
{
	groups_rehash(&index->preferences);
	groups_rehash(&index->selectors);
	groups_rehash(&index->owners);
	rule_parts_free(&index->parts);
	index->parted = false;
}

/* ---- the lowest preferences ---- */

static void note_lowest(struct rule_index *index, uint32_t preference)
{
	if (preference < index->lowest[0]) {
		index->lowest[1] = index->lowest[0];
		index->lowest[0] = preference;
	} else if (preference < index->lowest[1]) {
		index->lowest[1] = preference;
	}
	if (preference > PREFERENCE_HOST_END && preference < index->lowest[2])
		index->lowest[2] = preference;
}

static void find_lowest(struct rule_index *index)
{
	const struct groups *groups = &index->preferences;

	index->lowest[0] = index->lowest[1] = index->lowest[2] = UINT32_MAX;
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		const struct group_list *now = &group->list[LIST_NOW];
		uint32_t preference =
			message_preference(kept_message_at(&index->records, group->key));

		if (!now->first)
			continue;
		note_lowest(index, preference);
		if (now->first != now->last)
			note_lowest(index, preference);
	}
	index->lowest_known = true;
}

const uint32_t *rule_index_lowest(struct rule_index *index)
{
	if (!index->lowest_known)
		find_lowest(index);
	return index->lowest;
}

/* ---- changes ---- */

static bool is_private(const struct rule_index *index, uint32_t record)
{
	return message_class(kept_message_at(&index->records, record)) >= CLASS_PRIVATE;
}

static void put(struct groups *groups, uint32_t record)
{
	groups_put(groups, groups_of(groups, record), LIST_NOW, record, false);
}

/* `group`: that of the record in index->preferences. */
static void enter(struct rule_index *index, struct group *group, uint32_t record)
{
	groups_put(&index->preferences, group, LIST_NOW, record, false);
	put(&index->selectors, record);
	if (is_private(index, record))
		put(&index->owners, record);
	if (index->parted)
		rule_parts_add(&index->parts, &index->records, record);
	note_lowest(index, message_preference(kept_message_at(&index->records, record)));
}

void rule_index_enter(struct rule_index *index, uint32_t record)
{
	enter(index, groups_of(&index->preferences, record), record);
}

/* Removes the rule with the content of this record from an index. */
static void take(struct groups *groups, struct group *group, uint32_t record)
{
	uint32_t entry = groups_search(groups, group, LIST_NOW, kept_at(groups->records, record));

	if (!entry)
		return;
	kept_at(groups->records, groups_entry(groups, entry)->record)->gone = true;
	groups_take(groups, group, LIST_NOW, entry);
}

static void leave(struct rule_index *index, struct group *group, uint32_t record)
{
	uint32_t preference = message_preference(kept_message_at(&index->records, record));

	if (preference <= index->lowest[1] || preference == index->lowest[2])
		index->lowest_known = false;
	take(&index->preferences, group, record);
	take(&index->selectors, groups_of(&index->selectors, record), record);
	if (is_private(index, record))
		take(&index->owners, groups_of(&index->owners, record), record);
}

/* Only the nftables part has changed. */
static void replace_part(struct rule_index *index, struct group *group, uint32_t record)
{
	struct groups *groups = &index->preferences;
	const struct kept *kept = kept_at(&index->records, record);
	uint32_t entry = groups_search(groups, group, LIST_NOW, kept);

	if (entry)
		kept_at(&index->records, groups_entry(groups, entry)->record)->whole = kept->whole;
}

void rule_index_change(struct rule_index *index, uint32_t record)
{
	struct groups *groups = &index->preferences;
	enum operation operation = (enum operation)kept_at(&index->records, record)->operation;
	struct group *group = groups_of(groups, record);

	if (operation == OPERATION_REPLACE) {
		replace_part(index, group, record);
		return;
	}
	groups_touch(groups, group);
	if (operation == OPERATION_DELETE) {
		leave(index, group, record);
		return;
	}
	enter(index, group, record);
	groups_put(groups, group, LIST_OURS, record, false);
}

/* ---- looking ---- */

size_t rule_index_owners(struct rule_index *index, const struct nlmsghdr *rule)
{
	const struct group *group = groups_find(&index->owners, rule);
	uint32_t at = group ? group->list[LIST_NOW].first : 0;
	size_t count = 0;

	for (; at; at = groups_entry(&index->owners, at)->next)
		count++;
	return count;
}

static void visit_group(
	const struct groups *groups, const struct group *group, const struct rule_visitor *visitor)
{
	uint32_t at = group ? group->list[LIST_NOW].first : 0;

	for (; at; at = groups_entry(groups, at)->next)
		visitor->visit(groups_kept(groups, at), visitor->context);
}

/* Returns true if the first group has more than a few rules and at least as many as the second. */
static bool is_longer(const struct groups *a, const struct group *first, const struct groups *b,
	const struct group *second)
{
	uint32_t left = first ? first->list[LIST_NOW].first : 0;
	uint32_t right = second ? second->list[LIST_NOW].first : 0;

	for (int steps = 0; left && (right || steps < FEW_RULES); steps++) {
		left = groups_entry(a, left)->next;
		right = right ? groups_entry(b, right)->next : 0;
	}
	return left != 0;
}

void rule_index_alike(
	struct rule_index *index, const struct nlmsghdr *rule, const struct rule_visitor *visitor)
{
	const struct groups *selectors = &index->selectors;
	const struct groups *preferences = &index->preferences;
	const struct group *alike = groups_find(selectors, rule);
	const struct group *near = groups_find(preferences, rule);

	if (message_preference(rule) && is_longer(selectors, alike, preferences, near))
		visit_group(preferences, near, visitor);
	else
		visit_group(selectors, alike, visitor);
}

static void make_parts(struct rule_index *index)
{
	const struct groups *groups = &index->preferences;

	index->parted = true;
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		uint32_t at = group->list[LIST_NOW].first;

		for (; at; at = groups_entry(groups, at)->next)
			rule_parts_add(
				&index->parts, &index->records, groups_entry(groups, at)->record);
	}
}

bool rule_index_fitting(
	struct rule_index *index, const struct nlmsghdr *rule, const struct rule_visitor *visitor)
{
	if (!index->parted)
		make_parts(index);
	return rule_parts_visit(&index->parts, &index->records, rule, visitor);
}

void rule_index_near(struct rule_index *index, const struct nlmsghdr *rule, bool exact,
	const struct rule_visitor *visitor)
{
	const struct groups *preferences = &index->preferences;
	const struct group *near = groups_find(preferences, rule);

	if (!exact || !is_longer(preferences, near, preferences, NULL) ||
		!rule_index_fitting(index, rule, visitor))
		visit_group(preferences, near, visitor);
}
