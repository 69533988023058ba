/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes groups by their keys, and the entries of long lists by their contents. */
#include "change/groups.h"

#include <stddef.h>
#include <string.h>

enum { STEPS_MAX = 32 }; /* a list with more entries is indexed */

static void key_kernel(const struct nlmsghdr *message, uint64_t types, struct message_key *key)
{
	(void)types;
	message_key(message, key);
}

struct groups groups_new(struct kept_list *records)
{
	return (struct groups){
		.records = records,
		.key = key_kernel,
		.entries = {.size = sizeof(struct group_entry)},
		.groups = {.size = sizeof(struct group)},
	};
}

void groups_free(struct groups *groups)
{
	vector_free(&groups->entries);
	vector_free(&groups->groups);
	hash_table_free(&groups->keys);
	hash_table_free(&groups->near);
	hash_table_free(&groups->nearer);
	hash_table_free(&groups->contents);
}

/* ---- by key ---- */

/* A key, and the hashes of it and of its first parts. */
struct place {
	struct message_key key;
	uint32_t hash, nearer, near;
};

static void place_of(
	const struct groups *groups, const struct nlmsghdr *message, struct place *place)
{
	uint64_t mixed = 0;

	memset(&place->key, 0, sizeof place->key);
	groups->key(message, groups->types, &place->key);
	for (size_t i = 0; i < sizeof place->key.near / sizeof *place->key.near; i++)
		mixed = hash_word(mixed, place->key.near[i]);
	place->near = (uint32_t)(mixed >> 32);
	mixed = hash_word(mixed, place->key.metric);
	place->nearer = (uint32_t)(mixed >> 32);
	for (size_t i = 0; i < sizeof place->key.rest / sizeof *place->key.rest; i++)
		mixed = hash_word(mixed, place->key.rest[i]);
	place->hash = (uint32_t)(mixed >> 32);
}

static struct group *group_at(const struct groups *groups, size_t index)
{
	return vector_at(&groups->groups, index);
}

/* Returns the table's slot for the group whose key begins with the first `size` bytes of this one;
 * NULL if there is none. */
static uint32_t *find(const struct groups *groups, const struct hash_table *table, uint32_t hash,
	const struct message_key *key, size_t size)
{
	size_t place = 0;
	uint32_t *found;

	while ((found = hash_table_next(table, hash, &place))) {
		struct message_key other = {0};

		groups->key(kept_message_at(groups->records, group_at(groups, *found)->key),
			groups->types, &other);
		if (!memcmp(&other, key, size))
			break;
	}
	return found;
}

static struct group *find_at(const struct groups *groups, const struct place *place)
{
	uint32_t *found = find(groups, &groups->keys, place->hash, &place->key, sizeof place->key);

	return found ? group_at(groups, *found) : NULL;
}

/* Puts a group before those in the table with the same part of the key. Returns the index of the
 * first of these, plus one; 0 if there is none. */
static uint32_t chain(struct groups *groups, struct hash_table *table, uint32_t hash, size_t index,
	const struct message_key *key, size_t size)
{
	uint32_t *found = find(groups, table, hash, key, size);
	uint32_t next = found ? *found + 1 : 0;

	if (found)
		*found = (uint32_t)index;
	else
		hash_table_add(table, hash, (uint32_t)index);
	return next;
}

static void chain_group(struct groups *groups, size_t index, const struct place *place)
{
	struct group *group = group_at(groups, index);

	group->neighbour = chain(
		groups, &groups->near, place->near, index, &place->key, sizeof place->key.near);
	group->twin = chain(groups, &groups->nearer, place->nearer, index, &place->key,
		offsetof(struct message_key, rest));
}

static void chain_all(struct groups *groups)
{
	for (size_t i = 0; i < groups->groups.count; i++) {
		struct place place;

		place_of(
			groups, kept_message_at(groups->records, group_at(groups, i)->key), &place);
		chain_group(groups, i, &place);
	}
}

void groups_rehash(struct groups *groups)
{
	bool chained = groups->near.count;

	hash_table_clear(&groups->keys);
	hash_table_clear(&groups->near);
	hash_table_clear(&groups->nearer);
	hash_table_clear(&groups->contents);
	for (size_t i = 0; i < groups->groups.count; i++) {
		struct place place;

		group_at(groups, i)->indexed = 0;
		place_of(
			groups, kept_message_at(groups->records, group_at(groups, i)->key), &place);
		hash_table_add(&groups->keys, place.hash, (uint32_t)i);
	}
	if (chained)
		chain_all(groups);
}

struct group *groups_find(const struct groups *groups, const struct nlmsghdr *message)
{
	struct place place;

	place_of(groups, message, &place);
	return find_at(groups, &place);
}

struct group *groups_of(struct groups *groups, uint32_t record)
{
	struct group group = {.key = record};
	struct group *found;
	struct place place;

	place_of(groups, kept_message_at(groups->records, record), &place);
	found = find_at(groups, &place);
	if (found)
		return found;
	vector_push(&groups->groups, &group);
	hash_table_add(&groups->keys, place.hash, (uint32_t)groups->groups.count - 1);
	if (groups->near.count)
		chain_group(groups, groups->groups.count - 1, &place);
	return group_at(groups, groups->groups.count - 1);
}

void groups_near(struct groups *groups, const struct nlmsghdr *message, bool metric,
	bool (*each)(const struct group *group, void *context), void *context)
{
	const uint32_t *found;
	struct place place;
	uint32_t at;

	if (!groups->near.count)
		chain_all(groups);
	place_of(groups, message, &place);
	if (metric)
		found = find(groups, &groups->nearer, place.nearer, &place.key,
			offsetof(struct message_key, rest));
	else
		found = find(groups, &groups->near, place.near, &place.key, sizeof place.key.near);
	for (at = found ? *found + 1 : 0; at;) {
		const struct group *group = group_at(groups, at - 1);

		if (!each(group, context))
			return;
		at = metric ? group->twin : group->neighbour;
	}
}

/* ---- entries ---- */

static struct group_entry *entry_at(const struct groups *groups, uint32_t index)
{
	return vector_at(&groups->entries, index - 1);
}

const struct group_entry *groups_entry(const struct groups *groups, uint32_t index)
{
	return entry_at(groups, index);
}

const struct kept *groups_kept(const struct groups *groups, uint32_t index)
{
	return kept_at(groups->records, entry_at(groups, index)->record);
}

void groups_use(struct groups *groups, uint32_t index, bool used)
{
	entry_at(groups, index)->used = used;
}

/* Numbers the lists of all groups. */
static uint32_t list_number(
	const struct groups *groups, const struct group *group, enum list_kind kind)
{
	return (uint32_t)(group - (struct group *)groups->groups.items) * LIST_KINDS + kind;
}

static uint32_t content_hash(uint32_t list, const struct kept *kept)
{
	const struct nlmsghdr *message = kept_message(kept);
	uint64_t hash = hash_word(list, kept->object);

	hash = hash_words(hash, NLMSG_DATA(message), message->nlmsg_len - NLMSG_HDRLEN);
	return (uint32_t)(hash >> 32);
}

static void index_entry(struct groups *groups, uint32_t index)
{
	const struct group_entry *entry = entry_at(groups, index);

	hash_table_add(&groups->contents,
		content_hash(entry->list, kept_at(groups->records, entry->record)), index);
}

void groups_put(struct groups *groups, struct group *group, enum list_kind kind, uint32_t record,
	bool first)
{
	struct group_list *list = &group->list[kind];
	struct group_entry entry = {
		.record = record,
		.next = first ? list->first : 0,
		.previous = first ? 0 : list->last,
		.list = list_number(groups, group, kind) & INT32_MAX,
	};
	uint32_t index = (uint32_t)groups->entries.count + 1;

	vector_push(&groups->entries, &entry);
	if (entry.next)
		entry_at(groups, entry.next)->previous = index;
	else
		list->last = index;
	if (entry.previous)
		entry_at(groups, entry.previous)->next = index;
	else
		list->first = index;
	if (group->indexed >> kind & 1)
		index_entry(groups, index);
}

/* Returns the slot of the first entry in an indexed list with the same content. */
static uint32_t *search_indexed(const struct groups *groups, uint32_t list, const struct kept *kept)
{
	uint32_t hash = content_hash(list, kept);
	uint32_t *first = NULL;
	size_t place = 0;
	uint32_t *found;

	while ((found = hash_table_next(&groups->contents, hash, &place)))
		if (entry_at(groups, *found)->list == list && (!first || *found < *first) &&
			kept_same(groups_kept(groups, *found), kept))
			first = found;
	return first;
}

uint32_t groups_search(
	struct groups *groups, struct group *group, enum list_kind kind, const struct kept *kept)
{
	const uint32_t *found;
	uint32_t at = group->list[kind].first;

	for (int steps = 0; at && !(group->indexed >> kind & 1); steps++) {
		if (kept_same(groups_kept(groups, at), kept))
			return at;
		at = entry_at(groups, at)->next;
		if (steps < STEPS_MAX)
			continue;
		group->indexed |= (uint8_t)(1 << kind);
		for (at = group->list[kind].first; at; at = entry_at(groups, at)->next)
			index_entry(groups, at);
	}
	if (!(group->indexed >> kind & 1))
		return 0;
	found = search_indexed(groups, list_number(groups, group, kind), kept);
	return found ? *found : 0;
}

void groups_take(struct groups *groups, struct group *group, enum list_kind kind, uint32_t index)
{
	const struct group_entry *entry = entry_at(groups, index);
	struct group_list *list = &group->list[kind];

	if (entry->previous)
		entry_at(groups, entry->previous)->next = entry->next;
	else
		list->first = entry->next;
	if (entry->next)
		entry_at(groups, entry->next)->previous = entry->previous;
	else
		list->last = entry->previous;
	if (group->indexed >> kind & 1) {
		uint32_t hash = content_hash(entry->list, groups_kept(groups, index));
		size_t place = 0;
		uint32_t *found;

		while ((found = hash_table_next(&groups->contents, hash, &place)) &&
			*found != index)
			;
		if (found)
			hash_table_remove(&groups->contents, found);
	}
}

bool groups_touch(struct groups *groups, struct group *group)
{
	uint32_t index = group->list[LIST_NOW].first;

	if (group->touched)
		return false;
	group->touched = true;
	for (; index; index = entry_at(groups, index)->next)
		groups_put(groups, group, LIST_BEFORE, entry_at(groups, index)->record, false);
	return true;
}
