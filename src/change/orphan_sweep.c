/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes only what this program would have made (state/leftovers.h). Dumps all routes only if
 * something is left.
 *
 * Another program may remove any rules: what is left then may be below the highest class in use, or
 * far above it. Only a dump of all markers finds the latter: its size is the number of classes, so
 * beside many classes only -ensure takes it.
 */
#include "change/orphan_sweep.h"

#include <stdlib.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "netlink/vrf.h"
#include "state/leftovers.h"
#include "state/own.h"
#include "state/store.h"
#include "change/outbox.h"
#include "change/probe.h"

enum {
	BEYOND = 4, /* numbers after the highest in use that are always checked */
	FEW = 64,   /* unused numbers before it, up to which each is checked */
	/* classes in use, up to which all markers are read */
	FEW_USED = 1024,
};

struct sweep {
	struct policy *policy;
	struct leftovers leftovers;
	struct outbox outbox;
	struct buffer stuck;
};

/* ---- what is in use ---- */

/* The lists have a refused change as made: if there is any, the classes of all changes count as
 * used. */
static void find_used_by_refused(struct sweep *sweep, const struct transaction *transaction)
{
	const struct vector *changes = &transaction->changes;
	bool any = false;

	for (size_t i = 0; i < changes->count && !any; i++)
		any = ((const struct change *)vector_at(changes, i))->unmade;
	for (size_t i = 0; i < changes->count && any; i++)
		leftovers_use(&sweep->leftovers,
			message_class(change_message(transaction, vector_at(changes, i))));
}

/* Uses the index if there is one. Otherwise the rules as they were read suffice: what was removed
 * since then counts as used until the next commit. */
static void find_used(struct sweep *sweep, struct rule_list *list)
{
	const struct own_records *own = &sweep->policy->own;
	const struct groups *owners = &list->index.owners;

	for (size_t i = 0; list->indexed && i < owners->groups.count; i++) {
		const struct group *group = vector_at(&owners->groups, i);

		if (group->list[LIST_NOW].first)
			leftovers_use(&sweep->leftovers,
				message_class(kept_message_at(owners->records, group->key)));
	}
	for (size_t i = 0; !list->indexed && i < list->rules.count; i++) {
		const struct rule *rule = vector_at(&list->rules, i);

		if (rule->class.given)
			leftovers_use(&sweep->leftovers, rule->class.value);
	}
	for (uint32_t i = 0; i < own->count; i++)
		leftovers_use(&sweep->leftovers, own->first + i);
}

/* ---- what is unused ---- */

static bool note_route(const void *record, void *context)
{
	leftovers_note(context, record);
	return true;
}

static int find_among_all(struct sweep *sweep)
{
	const struct scope scope = {.family = sweep->leftovers.family};
	struct error ignored;

	sweep->leftovers.routes.count = 0;
	return store_each(sweep->policy->netlink, &route_object, &scope, note_route,
		&sweep->leftovers, NULL, &ignored);
}

/* Stops at the first marker that no rule looks up. */
static bool note_marker(const void *record, void *context)
{
	struct leftovers *leftovers = context;

	if (own_is_marker(record))
		leftovers_note(leftovers, record);
	return !leftovers->routes.count;
}

static int find_marker(struct sweep *sweep)
{
	static const uint8_t types[] = {RTN_THROW, RTN_UNREACHABLE};
	struct error ignored;
	int status = 0;

	for (size_t i = 0; i < sizeof types && !status && !sweep->leftovers.routes.count; i++) {
		const struct scope scope = {.family = sweep->leftovers.family, .type = types[i]};

		status = store_each(sweep->policy->netlink, &route_object, &scope, note_marker,
			&sweep->leftovers, NULL, &ignored);
	}
	return status;
}

static int look_into(struct sweep *sweep, uint32_t first, uint32_t count)
{
	struct scope scope = {.family = sweep->leftovers.family};
	struct error ignored;
	int status = 0;

	for (uint32_t i = 0; i < count && !status; i++) {
		scope.class = first + i;
		status = store_each(sweep->policy->netlink, &route_object, &scope, note_route,
			&sweep->leftovers, NULL, &ignored);
	}
	return status;
}

/* Looks into the unused classes below the highest one in use, unless there are many. */
static int look_between(struct sweep *sweep)
{
	const struct vector *used = &sweep->leftovers.used;
	uint32_t gaps = 0;
	int status = 0;

	for (int pass = 0; pass < 2 && gaps <= FEW && !status; pass++) {
		uint32_t next = CLASS_PRIVATE;

		for (size_t i = 0; i < used->count && gaps <= FEW && !status; i++) {
			uint32_t class = *(const uint32_t *)vector_at(used, i);

			if (!pass && class > next)
				gaps += class - next;
			else if (class > next)
				status = look_into(sweep, next, class - next);
			next = class + 1;
		}
	}
	return status;
}

/* Returns true if a class that was looked into is of this program. */
static bool finds_ours(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->leftovers.routes.count; i++)
		if (leftovers_has(&sweep->leftovers, i))
			return true;
	return false;
}

static int find_orphans(struct sweep *sweep, enum depth depth)
{
	const struct vector *used = &sweep->leftovers.used;
	const uint32_t *highest = used->count ? vector_at(used, used->count - 1) : NULL;
	int status = 0;

	if (depth == DEPTH_ALL)
		return find_among_all(sweep);
	if (depth >= DEPTH_GAPS)
		status = look_between(sweep);
	if (!status)
		status = look_into(sweep, highest ? *highest + 1 : CLASS_PRIVATE, BEYOND);
	if (!status && !finds_ours(sweep)) {
		sweep->leftovers.routes.count = 0;
		if (depth == DEPTH_MARKERS || (depth == DEPTH_GAPS && used->count <= FEW_USED))
			status = find_marker(sweep);
	}
	return !status && sweep->leftovers.routes.count ? find_among_all(sweep) : status;
}

static bool is_ours(const struct sweep *sweep, size_t index)
{
	const struct route *route = vector_at(&sweep->leftovers.routes, index);
	struct error ignored;
	char vrf[16];

	if (!leftovers_has(&sweep->leftovers, index))
		return false;
	return own_is_marker(route) ||
	       (!vrf_of_class(sweep->policy->netlink, route->class.value, vrf, &ignored) && !*vrf);
}

static void send_deletion(struct sweep *sweep, const struct object *object, const void *record)
{
	char *memory = memory_get(MESSAGE_MAX);
	struct nlmsghdr *message = (struct nlmsghdr *)memory;

	fields_encode(object, record, object->type_del, 0, message);
	outbox_add(&sweep->outbox, message, object->type_del, 0);
	free(memory);
}

static void sweep_probes(struct sweep *sweep, const struct rule_list *list)
{
	for (size_t i = list->rules.count; i--;) {
		const struct rule *rule = vector_at(&list->rules, i);

		if (rule->preference.value != UINT32_MAX)
			break;
		if (rule_is_probe(rule))
			send_deletion(sweep, &rule_object, rule);
	}
}

void orphan_sweep(struct transaction *transaction, uint8_t family, enum depth depth)
{
	struct policy *policy = &transaction->policy;
	struct rule_list *list = policy_list(policy, family);
	struct sweep sweep = {
		.policy = policy,
		.outbox = {.netlink = policy->netlink},
	};

	if (!list->loaded)
		return;
	leftovers_init(&sweep.leftovers, family);
	sweep.outbox.stuck = &sweep.stuck;
	find_used(&sweep, list);
	find_used_by_refused(&sweep, transaction);
	leftovers_sort(&sweep.leftovers);
	sweep_probes(&sweep, list);
	if (!find_orphans(&sweep, depth))
		for (size_t i = 0; i < sweep.leftovers.routes.count; i++)
			if (is_ours(&sweep, i))
				send_deletion(&sweep, &route_object,
					vector_at(&sweep.leftovers.routes, i));
	outbox_send(&sweep.outbox);
	outbox_free(&sweep.outbox);
	buffer_free(&sweep.stuck);
	leftovers_free(&sweep.leftovers);
}
