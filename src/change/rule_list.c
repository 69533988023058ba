/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds rules as records in order and as kept messages in the index. Each is made from the other
 * when needed. */
#include "change/rule_list.h"

#include <string.h>

#include "field/walk.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "state/bindings.h"
#include "state/store.h"

void rule_list_free(struct rule_list *list)
{
	vector_free(&list->rules);
	arena_free(&list->arena);
	rule_index_free(&list->index);
	vector_free(&list->pending);
	arena_free(&list->whole);
}

int rule_list_load(struct rule_list *list, struct netlink *netlink, uint8_t family, bool lenient,
	struct bindings *bindings, struct error *error)
{
	const struct scope scope = {.family = family, .bare = true};
	bool interrupted;

	if (list->loaded)
		return 0;
	if (store_load(netlink, &rule_object, &scope, &list->rules, &list->arena,
		    lenient ? &interrupted : NULL, error))
		return -1;
	for (size_t i = 0; i < list->rules.count; i++)
		list->l3mdev |= ((const struct rule *)vector_at(&list->rules, i))->l3mdev.given;
	rule_index_init(&list->index);
	list->bindings = bindings;
	list->loaded = true;
	return 0;
}

void rule_list_join(struct rule_list *list)
{
	for (size_t i = 0; !list->joined && i < list->rules.count; i++) {
		struct rule *rule = vector_at(&list->rules, i);

		if (bindings_concern(&rule_object, rule))
			bindings_join(list->bindings, &rule_object, rule);
	}
	list->joined = true;
}

/* ---- records to messages ---- */

/* Returns true if a part of the rule is in nftables, which no message holds. */
static bool is_parted(const struct rule *rule)
{
	return rule_has_part(rule) || rule->part.given || rule_tag(rule);
}

static uint32_t keep_rule(struct rule_list *list, const struct rule *rule)
{
	uint32_t number = kept_add_record(&list->index.records, rule);
	struct rule *whole;

	if (!is_parted(rule))
		return number;
	whole = arena_copy(&list->whole, rule, sizeof *rule);
	fields_keep(&rule_object, whole, &list->whole);
	whole->own.given = false;
	kept_at(&list->index.records, number)->whole = whole;
	return number;
}

struct rule_index *rule_list_index(struct rule_list *list)
{
	/* The index keeps them as they are now. */
	rule_list_join(list);
	for (size_t i = 0; !list->indexed && i < list->rules.count; i++)
		rule_index_enter(&list->index, keep_rule(list, vector_at(&list->rules, i)));
	list->indexed = true;
	for (size_t i = 0; i < list->pending.count; i++)
		rule_index_change(&list->index, *(uint32_t *)vector_at(&list->pending, i));
	list->pending.count = 0;
	return &list->index;
}

static uint32_t keep_at(struct rule_list *list, const struct rule *rule, uint32_t preference)
{
	struct rule copy = *rule;

	copy.preference = (struct number){true, preference};
	return keep_rule(list, &copy);
}

uint32_t rule_list_note(struct rule_list *list, enum operation operation, const struct rule *rule,
	uint32_t preference, const struct nlmsghdr *sent)
{
	struct kept_list *records = &list->index.records;
	struct nlmsghdr *message;
	uint32_t number;

	/* A rule that gives its preference and is complete in its message is kept as it is sent. */
	if (sent && rule->preference.given && !is_parted(rule)) {
		number = kept_add(records, sent);
		message = kept_message_at(records, number);
		message->nlmsg_type = rule_object.type_new;
		message->nlmsg_flags = NLM_F_REQUEST;
	} else {
		number = keep_at(list, rule, preference);
	}
	kept_at(records, number)->operation = (uint8_t)operation;
	list->stale = true;
	list->changes++;
	list->l3mdev |= rule->l3mdev.given;
	list->pending.size = sizeof number;
	vector_push(&list->pending, &number);
	if (list->indexed)
		rule_list_index(list);
	return number;
}

/* ---- messages to records ---- */

void rule_list_read(struct rule_list *list, struct own_records *own, const struct kept *kept,
	struct arena *arena, struct rule *rule)
{
	memset(rule, 0, sizeof *rule);
	if (kept->whole)
		*rule = *kept->whole;
	else
		kept_read(&list->index.records, kept, arena, rule);
	own_records_attach(own, rule, arena);
}

struct place {
	uint32_t preference, entry;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	return left->preference < right->preference ? -1 : left->preference > right->preference;
}

static void sort_groups(const struct groups *groups, struct vector *places)
{
	places->size = sizeof(struct place);
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place = {.entry = group->list[LIST_NOW].first};

		place.preference = message_preference(kept_message_at(groups->records, group->key));
		vector_push(places, &place);
	}
	vector_sort(places, compare_places);
}

void rule_list_renew(struct rule_list *list, struct own_records *own)
{
	const struct groups *groups;
	struct vector places = {0};
	struct rule rule;

	if (!list->stale)
		return;
	groups = &rule_list_index(list)->preferences;
	sort_groups(groups, &places);
	list->rules.count = 0;
	arena_reset(&list->arena);
	for (size_t i = 0; i < places.count; i++) {
		uint32_t at = ((struct place *)vector_at(&places, i))->entry;

		for (; at; at = groups_entry(groups, at)->next) {
			rule_list_read(list, own, groups_kept(groups, at), &list->arena, &rule);
			vector_push(&list->rules, &rule);
		}
	}
	list->stale = false;
	vector_free(&places);
}

/* ---- the preference of a rule that gives none ---- */

/*
 * Finds the preference of the second rule, and the lowest preference after the rules of
 * local-policy, except for the first rule's. 0: none.
 */
static void find_places(struct rule_list *list, uint32_t *second, uint32_t *behind)
{
	const uint32_t *lowest;

	*second = *behind = 0;
	if (list->stale || list->indexed) {
		lowest = rule_index_lowest(rule_list_index(list));
		*second = lowest[1] == UINT32_MAX ? 0 : lowest[1];
		*behind = lowest[2] == lowest[0]    ? *second
		          : lowest[2] == UINT32_MAX ? 0
		                                    : lowest[2];
		return;
	}
	if (list->rules.count > 1)
		*second = ((const struct rule *)vector_at(&list->rules, 1))->preference.value;
	for (size_t i = 1; i < list->rules.count && !*behind; i++) {
		const struct rule *rule = vector_at(&list->rules, i);

		if (rule->preference.value > PREFERENCE_HOST_END)
			*behind = rule->preference.value;
	}
}

/* Returns the preference; 0 if none is left. */
static uint32_t place_before(uint32_t behind)
{
	if (!behind)
		return PREFERENCE_MAIN - 1;
	return behind > PREFERENCE_HOST_END + 1 ? behind - 1 : 0;
}

bool rule_list_overrides(struct rule_list *list)
{
	uint32_t second, behind, place;

	if (!list->loaded)
		return false;
	find_places(list, &second, &behind);
	place = place_before(behind);
	return !place || place != (second ? second - 1 : 0);
}

uint32_t rule_list_preference(struct rule_list *list)
{
	uint32_t second, behind;

	find_places(list, &second, &behind);
	return place_before(behind);
}
