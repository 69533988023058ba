/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores a group with as few messages as possible. */
#include "change/pair.h"

#include <linux/rtnetlink.h>

#include "base/arena.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

/* Returns the first entry of the kernel's group that hasn't been handled; 0: none. */
static uint32_t left(const struct pair *pair)
{
	return pair->there ? pair->there->list[LIST_NOW].first : 0;
}

static const struct kept *first_left(const struct pair *pair)
{
	return groups_kept(pair->now, left(pair));
}

static bool is_left(struct pair *pair, const struct kept *kept)
{
	return pair->there && groups_search(pair->now, pair->there, LIST_NOW, kept);
}

static void drop_left(struct pair *pair)
{
	groups_take(pair->now, pair->there, LIST_NOW, left(pair));
}

/* Returns true if it is in this list of the group, as it was or as our changes left it. */
static bool list_has(struct pair *pair, enum list_kind kind, const struct kept *kept)
{
	return groups_search(pair->before, pair->group, kind, kept);
}

/* Returns true if our message made this record. */
static bool made_it(const struct pair *pair, const struct kept *kept, const void *there)
{
	struct arena arena = {0};
	void *sent = arena_get(&arena, pair->object->size);
	bool made;

	kept_read(pair->before->records, kept, &arena, sent);
	made = fields_made(pair->object, there, sent);
	arena_free(&arena);
	return made;
}

/* Returns true if one of our changes made it, and that change is not yet matched with another
 * entry. The kernel reports more of a record than our words gave. */
static bool is_ours(struct pair *pair, const struct kept *kept)
{
	const struct groups *groups = pair->before;
	uint32_t first = pair->group->list[LIST_OURS].first;
	uint32_t start = pair->ours ? pair->ours : first;
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	bool found = false;
	uint32_t at = start;

	kept_read(pair->now->records, kept, &arena, there);
	while (at && !found) {
		found = !groups_entry(groups, at)->used &&
		        made_it(pair, groups_kept(groups, at), there);
		if (found) {
			pair->ours = at;
			groups_use(pair->before, at, true);
		}
		at = groups_entry(groups, at)->next;
		at = at ? at : first;
		if (at == start)
			break;
	}
	arena_free(&arena);
	return found;
}

static void append(struct pair *pair, const struct kept *kept)
{
	bool route = pair->object == &route_object;

	outbox_add_kept(pair->outbox, kept, pair->object->type_new,
		NLM_F_CREATE | (route ? NLM_F_APPEND : 0));
}

/* The dump lacks the record, but a dump of rules may miss some. A rule that none of our changes
 * removed was removed by another program and stays away. */
static void bring_back(struct pair *pair, const struct kept *kept)
{
	if (pair->object != &rule_object)
		append(pair, kept);
	else if (!list_has(pair, LIST_NOW, kept))
		outbox_add_kept(pair->outbox, kept, RTM_NEWRULE,
			NLM_F_CREATE | (pair->few ? NLM_F_EXCL : 0));
}

/* Deletes the first entry not handled: its message matches none before it. */
static void delete_left(struct pair *pair)
{
	outbox_add_kept(pair->outbox, first_left(pair), pair->object->type_del, 0);
	drop_left(pair);
}

static bool is_foreign(struct pair *pair, const struct kept *kept)
{
	return !list_has(pair, LIST_BEFORE, kept) && !is_ours(pair, kept);
}

/* Returns true if the message that deletes the second would delete the first, which comes before
 * it. */
static bool is_hit(const struct pair *pair, const struct kept *first, const struct kept *second)
{
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	void *wanted = arena_get(&arena, pair->object->size);
	bool hit;

	kept_read(pair->now->records, first, &arena, there);
	kept_read(pair->now->records, second, &arena, wanted);
	hit = fields_fit(pair->object, there, wanted, 0);
	arena_free(&arena);
	return hit;
}

/* Returns true if a message that deletes a later entry would delete the first one not handled. */
static bool is_in_the_way(const struct pair *pair)
{
	const struct kept *kept = first_left(pair);
	uint32_t at = groups_entry(pair->now, left(pair))->next;

	for (; at; at = groups_entry(pair->now, at)->next)
		if (is_hit(pair, kept, groups_kept(pair->now, at)))
			return true;
	return false;
}

/* Deletes the first entry not handled. Puts an entry of another program behind the others. */
static void pass_left(struct pair *pair, bool foreign)
{
	const struct kept *kept = first_left(pair);

	delete_left(pair);
	if (foreign)
		append(pair, kept);
}

static bool lists_same(const struct pair *pair)
{
	uint32_t a = left(pair);
	uint32_t b = pair->group->list[LIST_BEFORE].first;

	while (a && b && kept_same(groups_kept(pair->now, a), groups_kept(pair->before, b))) {
		a = groups_entry(pair->now, a)->next;
		b = groups_entry(pair->before, b)->next;
	}
	return !a && !b;
}

static bool is_single(const struct group_list *list)
{
	return list->first && list->first == list->last;
}

/* The entry has not been handled: skips everything before it. */
static void turn_to(struct pair *pair, const struct kept *kept)
{
	while (!kept_same(first_left(pair), kept))
		pass_left(pair, is_foreign(pair, first_left(pair)));
	/* A rule may exist twice for a moment, so that it is never missing. */
	if (pair->object == &rule_object)
		append(pair, kept);
	delete_left(pair);
	if (pair->object != &rule_object)
		append(pair, kept);
}

void pair_restore(struct pair *pair)
{
	struct groups *before = pair->before;
	const struct group_list *wanted = &pair->group->list[LIST_BEFORE];

	if (lists_same(pair))
		return;
	for (uint32_t at = pair->group->list[LIST_OURS].first; at;
		at = groups_entry(before, at)->next)
		groups_use(before, at, false);
	if (pair->object == &route_object && pair->there && is_single(wanted) &&
		is_single(&pair->there->list[LIST_NOW]) && is_ours(pair, first_left(pair))) {
		outbox_add_kept(pair->outbox, groups_kept(before, wanted->first), RTM_NEWROUTE,
			NLM_F_CREATE | NLM_F_REPLACE);
		return;
	}
	for (uint32_t at = wanted->first; at; at = groups_entry(before, at)->next) {
		const struct kept *kept = groups_kept(before, at);

		if (is_left(pair, kept))
			turn_to(pair, kept);
		else
			bring_back(pair, kept);
	}
	while (left(pair)) {
		bool foreign = is_foreign(pair, first_left(pair));

		if (foreign && !is_in_the_way(pair))
			drop_left(pair);
		else
			pass_left(pair, foreign);
	}
}
