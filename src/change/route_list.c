/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes as kept messages, in groups of equals. */
#include "change/route_list.h"

#include <sys/socket.h>

#include "model/route.h"

enum {
	STEPS_MAX = 32
}; /* with more routes of one destination, they are searched by their values */

void route_list_free(struct route_list *list)
{
	route_parts_free(&list->parts);
	kept_free(&list->records);
	groups_free(&list->groups);
	vector_free(&list->scopes);
}

bool route_list_keeps(const struct route_list *list, uint8_t family, uint32_t class)
{
	for (size_t i = 0; i < list->scopes.count; i++) {
		const struct scope *scope = vector_at(&list->scopes, i);

		if (scope->family == family && (!scope->class || scope->class == class))
			return true;
	}
	return false;
}

/* ---- putting and taking ---- */

/* The parts are those of a kept route, which may differ from a given one. */
static void add_parts(struct route_list *list, uint32_t record, uint32_t entry, bool first)
{
	struct arena arena = {0};
	struct route route = {0};

	if (!kept_read(&list->records, kept_at(&list->records, record), &arena, &route))
		route_parts_put(&list->parts, &route, entry, first);
	arena_free(&arena);
}

static void put(struct route_list *list, struct group *group, uint32_t record, bool first)
{
	groups_put(&list->groups, group, LIST_NOW, record, first);
	if (list->parted)
		add_parts(list, record, (uint32_t)list->groups.entries.count, first);
}

static void take(struct route_list *list, struct group *group, uint32_t entry)
{
	groups_take(&list->groups, group, LIST_NOW, entry);
	if (list->parted)
		route_parts_take(&list->parts, entry);
}

static void add_all_parts(struct route_list *list)
{
	const struct groups *groups = &list->groups;

	list->parted = true;
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		uint32_t at = group->list[LIST_NOW].first;

		for (; at; at = groups_entry(groups, at)->next)
			add_parts(list, groups_entry(groups, at)->record, at, false);
	}
}

void route_list_rehash(struct route_list *list)
{
	groups_rehash(&list->groups);
	route_parts_free(&list->parts);
	list->parted = false;
}

static bool keep_route(const void *record, void *context)
{
	struct route_list *list = context;
	const struct route *route = record;
	uint32_t number;

	/* Skips a route that was loaded with its class before. */
	if (route_list_keeps(list, route->family, route->class.value))
		return true;
	number = kept_add_record(&list->records, record);
	put(list, groups_of(&list->groups, number), number, false);
	return true;
}

int route_list_load(struct route_list *list, struct netlink *netlink, uint8_t family,
	uint32_t class, struct error *error)
{
	const struct scope scope = {.family = family, .class = class};

	if (!list->groups.records) {
		list->records.object = &route_object;
		list->groups = groups_new(&list->records);
	}
	if (store_each(netlink, &route_object, &scope, keep_route, list, NULL, error))
		return -1;
	list->scopes.size = sizeof scope;
	vector_push(&list->scopes, &scope);
	return 0;
}

/* ---- walking ---- */

struct walk {
	const struct groups *groups;
	bool (*each)(const void *record, void *context);
	void *context;
	struct arena arena;
	size_t steps;
	bool stopped;
};

static void walk_entry(struct walk *walk, uint32_t at)
{
	const struct kept *kept = groups_kept(walk->groups, at);
	struct route route = {0};

	walk->steps++;
	if (kept_read(walk->groups->records, kept, &walk->arena, &route))
		return;
	walk->stopped = !walk->each(&route, walk->context);
	arena_reset(&walk->arena);
}

static bool walk_group(const struct group *group, void *context)
{
	struct walk *walk = context;
	uint32_t at = group->list[LIST_NOW].first;

	for (; at && !walk->stopped; at = groups_entry(walk->groups, at)->next)
		walk_entry(walk, at);
	return !walk->stopped;
}

static bool in_scope(const struct nlmsghdr *message, const struct scope *scope)
{
	return message_family(message) == scope->family &&
	       (!scope->class || scope->class == message_class(message));
}

/* Walks only routes with this destination (and metric), through the hash table. */
static void walk_near(struct route_list *list, const struct scope *scope,
	const struct route *wanted, struct walk *walk)
{
	const struct route probe = {
		.family = scope->family,
		.destination = wanted->destination,
		.class = {true, scope->class},
		.metric = wanted->metric,
	};

	groups_near(&list->groups, kept_encode(&list->records, &probe),
		wanted->metric.given && wanted->metric.value, walk_group, walk);
	list->crowded |= walk->steps > STEPS_MAX;
}

/* Walks only routes that also share another value. Returns false if `wanted` gives none. */
static bool walk_parts(struct route_list *list, const struct scope *scope,
	const struct route *wanted, struct walk *walk)
{
	uint32_t node;

	if (!list->parted)
		add_all_parts(list);
	if (!route_parts_find(&list->parts, wanted, scope->class, &node))
		return false;
	while (node && !walk->stopped) {
		uint32_t at = route_parts_next(&list->parts, &node);

		if (in_scope(kept_message(groups_kept(walk->groups, at)), scope))
			walk_entry(walk, at);
	}
	return true;
}

void route_list_each(struct route_list *list, const struct scope *scope, const struct route *wanted,
	bool (*each)(const void *record, void *context), void *context)
{
	const struct groups *groups = &list->groups;
	struct walk walk = {.groups = groups, .each = each, .context = context};

	if (wanted && scope->class) {
		if (!list->crowded || !walk_parts(list, scope, wanted, &walk))
			walk_near(list, scope, wanted, &walk);
	} else {
		for (size_t i = 0; i < groups->groups.count && !walk.stopped; i++) {
			const struct group *group = vector_at(&groups->groups, i);

			if (in_scope(kept_message_at(&list->records, group->key), scope))
				walk_group(group, &walk);
		}
	}
	arena_free(&walk.arena);
}

/* ---- changing ---- */

/* The kernel replaces the first of equals, and in IPv6 can't put a route before them. */
static bool change(
	struct route_list *list, enum operation operation, uint32_t record, bool is_inet6)
{
	struct groups *groups = &list->groups;
	struct group *group = groups_of(groups, record);
	bool first = groups_touch(groups, group);
	bool replaces = operation == OPERATION_REPLACE || operation == OPERATION_CHANGE;
	uint32_t old = group->list[LIST_NOW].first;

	if (operation == OPERATION_DELETE)
		old = groups_search(groups, group, LIST_NOW, kept_at(groups->records, record));
	if (old && (replaces || operation == OPERATION_DELETE))
		take(list, group, old);
	if (operation == OPERATION_DELETE)
		return first;
	put(list, group, record, replaces || (operation == OPERATION_PREPEND && !is_inet6));
	groups_put(groups, group, LIST_OURS, record, false);
	return first;
}

bool route_list_note(struct route_list *list, enum operation operation, const struct route *route,
	uint32_t *record)
{
	*record = kept_add_record(&list->records, route);
	return change(list, operation, *record, route->family == AF_INET6);
}
