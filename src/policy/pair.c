/* A group of equals is made what it was, with as few messages as that takes. */
#include "policy/pair.h"

#include <linux/rtnetlink.h>

#include "base/arena.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

static const struct nlmsghdr *first_of(const struct groups *groups, const struct group_list *list)
{
	return groups_message(groups, groups_entry(groups, list->first)->message);
}

static bool list_has(
	const struct groups *groups, const struct group_list *list, const struct nlmsghdr *message)
{
	for (uint32_t at = list->first; at; at = groups_entry(groups, at)->next)
		if (message_same(
			    groups_message(groups, groups_entry(groups, at)->message), message))
			return true;
	return false;
}

/* Did this message of ours make what is there? */
static bool made_it(const struct object *object, const struct nlmsghdr *message, const void *there)
{
	struct arena arena = {0};
	void *sent = arena_get(&arena, object->size);
	bool made;

	fields_decode(object, message, &arena, sent);
	made = fields_made(object, there, sent);
	arena_free(&arena);
	return made;
}

/* Did a change of ours put it there? The kernel tells more of it than our words did. */
static bool is_ours(struct pair *pair, const struct nlmsghdr *message)
{
	const struct groups *groups = pair->before;
	uint32_t first = pair->group->ours.first;
	uint32_t start = pair->ours ? pair->ours : first;
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	bool found = false;
	uint32_t at = start;

	fields_decode(pair->object, message, &arena, there);
	while (at && !found) {
		uint32_t sent = groups_entry(groups, at)->message;

		found = made_it(pair->object, groups_message(groups, sent), there);
		if (found)
			pair->ours = at;
		at = groups_entry(groups, at)->next;
		at = at ? at : first;
		if (at == start)
			break;
	}
	arena_free(&arena);
	return found;
}

static void append(struct pair *pair, const struct nlmsghdr *message)
{
	bool route = pair->object == &route_object;

	outbox_add(pair->outbox, message, pair->object->type_new,
		NLM_F_CREATE | (route ? NLM_F_APPEND : 0));
}

/*
 * It is gone, as far as a dump told: one of rules may have missed it. A rule that no change of ours
 * took away was somebody else's to take.
 */
static void bring_back(struct pair *pair, const struct nlmsghdr *message)
{
	if (pair->object != &rule_object)
		append(pair, message);
	else if (!list_has(pair->before, &pair->group->now, message))
		outbox_add(pair->outbox, message, RTM_NEWRULE,
			NLM_F_CREATE | (pair->few ? NLM_F_EXCL : 0));
}

/* The first of those left is deleted: its message can mean no other. */
static void drop_first(struct pair *pair)
{
	outbox_add(pair->outbox, first_of(pair->now, &pair->left), pair->object->type_del, 0);
	groups_drop(pair->now, &pair->left);
}

static bool is_foreign(struct pair *pair, const struct nlmsghdr *message)
{
	return !list_has(pair->before, &pair->group->before, message) && !is_ours(pair, message);
}

/* Would the message that deletes the second delete the first, which stands before it? */
static bool is_hit(
	const struct pair *pair, const struct nlmsghdr *first, const struct nlmsghdr *second)
{
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	void *wanted = arena_get(&arena, pair->object->size);
	bool hit;

	fields_decode(pair->object, first, &arena, there);
	fields_decode(pair->object, second, &arena, wanted);
	hit = fields_fit(pair->object, there, wanted, 0);
	arena_free(&arena);
	return hit;
}

/* Somebody else's stays where it is, unless it is in the way. */
static bool may_stay(struct pair *pair, const struct nlmsghdr *message)
{
	const struct groups *now = pair->now;
	uint32_t at = groups_entry(now, pair->left.first)->next;

	if (!is_foreign(pair, message))
		return false;
	for (; at; at = groups_entry(now, at)->next)
		if (is_hit(pair, message, groups_message(now, groups_entry(now, at)->message)))
			return false;
	return true;
}

/* Somebody else's goes behind the others. */
static void pass_first(struct pair *pair)
{
	const struct nlmsghdr *message = first_of(pair->now, &pair->left);
	bool foreign = is_foreign(pair, message);

	drop_first(pair);
	if (foreign)
		append(pair, message);
}

static bool lists_same(const struct pair *pair)
{
	uint32_t a = pair->left.first;
	uint32_t b = pair->group->before.first;

	while (a && b) {
		const struct group_entry *left = groups_entry(pair->now, a);
		const struct group_entry *right = groups_entry(pair->before, b);

		if (!message_same(groups_message(pair->now, left->message),
			    groups_message(pair->before, right->message)))
			return false;
		a = left->next;
		b = right->next;
	}
	return !a && !b;
}

static bool is_single(const struct group_list *list)
{
	return list->first && list->first == list->last;
}

/* The entry is still among those left: everything before it is passed, and it goes to the end. */
static void turn_to(struct pair *pair, const struct nlmsghdr *message)
{
	while (!message_same(first_of(pair->now, &pair->left), message))
		pass_first(pair);
	/* A rule may be there twice: so there is no moment without it. */
	if (pair->object == &rule_object)
		append(pair, message);
	drop_first(pair);
	if (pair->object != &rule_object)
		append(pair, message);
}

void pair_restore(struct pair *pair)
{
	const struct groups *before = pair->before;
	const struct group_list *wanted = &pair->group->before;

	if (lists_same(pair))
		return;
	if (pair->object == &route_object && is_single(wanted) && is_single(&pair->left) &&
		is_ours(pair, first_of(pair->now, &pair->left))) {
		outbox_add(pair->outbox, first_of(before, wanted), RTM_NEWROUTE,
			NLM_F_CREATE | NLM_F_REPLACE);
		return;
	}
	for (uint32_t at = wanted->first; at; at = groups_entry(before, at)->next) {
		const struct nlmsghdr *message =
			groups_message(before, groups_entry(before, at)->message);

		if (list_has(pair->now, &pair->left, message))
			turn_to(pair, message);
		else
			bring_back(pair, message);
	}
	while (pair->left.first) {
		if (may_stay(pair, first_of(pair->now, &pair->left)))
			groups_drop(pair->now, &pair->left);
		else
			pass_first(pair);
	}
}
