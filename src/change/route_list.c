/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes as kept messages, in groups of equals. */
#include "change/route_list.h"

#include <sys/socket.h>

#include "model/route.h"

void route_list_free(struct route_list *list)
{
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

static bool keep_route(const void *record, void *context)
{
	struct route_list *list = context;
	const struct route *route = record;
	uint32_t number;

	/* Skips a route that was loaded with its class before. */
	if (route_list_keeps(list, route->family, route->class.value))
		return true;
	number = kept_add_record(&list->records, record);
	groups_put(&list->groups, groups_of(&list->groups, number), LIST_NOW, number, false);
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
	bool stopped;
};

static bool walk_group(const struct group *group, void *context)
{
	struct walk *walk = context;
	uint32_t at = group->list[LIST_NOW].first;

	for (; at && !walk->stopped; at = groups_entry(walk->groups, at)->next) {
		const struct kept *kept = groups_kept(walk->groups, at);
		struct route route = {0};

		if (kept_read(walk->groups->records, kept, &walk->arena, &route))
			continue;
		walk->stopped = !walk->each(&route, walk->context);
		arena_reset(&walk->arena);
	}
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
}

void route_list_each(struct route_list *list, const struct scope *scope, const struct route *wanted,
	bool (*each)(const void *record, void *context), void *context)
{
	const struct groups *groups = &list->groups;
	struct walk walk = {.groups = groups, .each = each, .context = context};

	if (wanted && scope->class) {
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
static bool change(struct groups *groups, enum operation operation, uint32_t record, bool is_inet6)
{
	struct group *group = groups_of(groups, record);
	bool first = groups_touch(groups, group);
	bool replaces = operation == OPERATION_REPLACE || operation == OPERATION_CHANGE;
	uint32_t old = group->list[LIST_NOW].first;

	if (operation == OPERATION_DELETE)
		old = groups_search(groups, group, LIST_NOW, kept_at(groups->records, record));
	if (old && (replaces || operation == OPERATION_DELETE))
		groups_take(groups, group, LIST_NOW, old);
	if (operation == OPERATION_DELETE)
		return first;
	groups_put(groups, group, LIST_NOW, record,
		replaces || (operation == OPERATION_PREPEND && !is_inet6));
	groups_put(groups, group, LIST_OURS, record, false);
	return first;
}

bool route_list_note(struct route_list *list, enum operation operation, const struct route *route,
	uint32_t *record)
{
	*record = kept_add_record(&list->records, route);
	return change(&list->groups, operation, *record, route->family == AF_INET6);
}
