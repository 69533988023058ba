/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns a difference into the changes of a transaction, make before break. */
#include "change/reconcile.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "change/lookups.h"
#include "change/rule_change.h"
#include "change/table_allocation.h"
#include "model/nexthop.h"

/* Up to this many refusing records are checked against every gateway; if there are more, all of
 * them are removed first. */
enum { REFUSING_CHECKED = 16 };

static bool is_new(const struct reconcile *reconcile, size_t index, bool rule)
{
	return records_item(reconcile->want, index)->rule == rule &&
	       reconcile->difference.want[index] != FATE_SAME;
}

/* ---- what is in the way ---- */

/*
 * The kernel looks up a gateway as a packet of this host without source and mark
 * (fib_check_nh_v4_gw(), ip6_route_check_nh()): a rule that selects by these never matches it.
 */
static bool rule_refuses(const struct rule *rule)
{
	uint8_t action = rule->action.value;

	return (action == FR_ACT_BLACKHOLE || action == FR_ACT_UNREACHABLE ||
		       action == FR_ACT_PROHIBIT) &&
	       (rule->invert.given || (!rule->source.length && !rule->mark.given));
}

/* The IPv4 lookup of a gateway skips routes of the widest scope (fib_table_lookup()). */
static bool route_refuses(const struct route *route)
{
	uint8_t type = route->type.value;

	if (route->family == AF_INET && route->scope.value == RT_SCOPE_UNIVERSE)
		return false;
	return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT;
}

/* Returns true if the record refuses packets; sets *to to their destinations. */
static bool is_refusing(struct reconcile *reconcile, size_t have, struct prefix *to)
{
	struct route route = {0};
	struct rule rule = {0};
	bool refuses;

	if (records_item(reconcile->have, have)->rule) {
		records_read(reconcile->have, have, &reconcile->arena, &rule);
		refuses = rule_refuses(&rule);
		*to = rule.destination;
		to->family = rule.family;
		if (rule.invert.given)
			to->length = 0;
	} else {
		records_read(reconcile->have, have, &reconcile->arena, &route);
		refuses = route_refuses(&route);
		*to = route.destination;
		to->family = route.family;
	}
	arena_reset(&reconcile->arena);
	return refuses;
}

static bool holds_gateway(const struct prefix *prefix, const struct gateway *gateway)
{
	struct prefix host = {
		.family = gateway->family,
		.length = gateway->family == AF_INET6 ? 128 : 32,
	};

	if (!gateway->given || gateway->family != prefix->family)
		return false;
	memcpy(host.bytes, gateway->bytes, sizeof host.bytes);
	return prefix_holds(prefix, &host);
}

static bool holds_gateway_of(const struct prefix *prefix, const struct route *route)
{
	const struct nexthops_item *item = route->nexthops.first;

	for (; item; item = item->next)
		if (holds_gateway(prefix, &((const struct nexthop *)item->record)->gateway))
			return true;
	return holds_gateway(prefix, &route->gateway);
}

/* Returns true if a record to be added has a gateway in the prefix. */
static bool is_awaited(struct reconcile *reconcile, const struct prefix *prefix)
{
	const struct records *want = reconcile->want;
	bool awaited = false;

	for (size_t i = 0; i < want->items.count && !awaited; i++) {
		struct route route = {0};
		struct rule rule = {0};

		if (reconcile->difference.want[i] == FATE_SAME)
			continue;
		if (!records_item(want, i)->rule && records_item(want, i)->rank) {
			records_read(want, i, &reconcile->arena, &route);
			awaited = holds_gateway_of(prefix, &route);
		} else if (records_item(want, i)->own) {
			records_read(want, i, &reconcile->arena, &rule);
			awaited = holds_gateway_of(prefix, rule.own.record);
		}
		arena_reset(&reconcile->arena);
	}
	return awaited;
}

/* Removes a rule or route that refuses the lookup of a gateway before the routes through that
 * gateway are added. */
static void unblock(struct reconcile *reconcile)
{
	const struct prefix all[] = {{.family = AF_INET}, {.family = AF_INET6}};
	size_t checked = 0;

	if (!reconcile->difference.removed ||
		(!is_awaited(reconcile, &all[0]) && !is_awaited(reconcile, &all[1])))
		return;
	for (size_t i = 0; i < reconcile->have->items.count; i++) {
		struct prefix to;

		if (reconcile->difference.have[i] != FATE_REMOVE || !is_refusing(reconcile, i, &to))
			continue;
		if (checked++ >= REFUSING_CHECKED || is_awaited(reconcile, &to))
			reconcile->difference.have[i] = FATE_MAKE_PLACE;
	}
}

/* ---- removing ---- */

static int remove_record(struct reconcile *reconcile, struct transaction *transaction, size_t index,
	struct error *error)
{
	struct route route = {0};
	struct rule rule = {0};
	int status = 0;

	if (records_item(reconcile->have, index)->rule) {
		records_read(reconcile->have, index, &reconcile->arena, &rule);
		status = rule_remove(transaction, &rule, false, error);
	} else {
		records_read(reconcile->have, index, &reconcile->arena, &route);
		transaction_add(transaction, OPERATION_DELETE, &route_object, &route, &route);
	}
	arena_reset(&reconcile->arena);
	return status;
}

/* From the last to the first: rules, then routes whose gateways need others, then those others. */
static int remove_all(struct reconcile *reconcile, struct transaction *transaction, enum fate fate,
	struct error *error)
{
	transaction->line = 0;
	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = reconcile->have->items.count; i--;) {
			const struct record_item *item = records_item(reconcile->have, i);
			int turn = item->rule ? 0 : item->rank ? 1 : 2;

			if (turn == pass && reconcile->difference.have[i] == fate &&
				remove_record(reconcile, transaction, i, error))
				return -1;
		}
	}
	return 0;
}

/* ---- adding ---- */

static void add_route(struct reconcile *reconcile, struct transaction *transaction, size_t index)
{
	enum fate fate = reconcile->difference.want[index];
	struct route previous = {0};
	struct route route = {0};

	records_read(reconcile->want, index, &reconcile->arena, &route);
	if (fate == FATE_REPLACE)
		records_read(reconcile->have, reconcile->difference.replaced[index],
			&reconcile->arena, &previous);
	transaction->line = records_item(reconcile->want, index)->line;
	transaction_add(transaction,
		fate == FATE_REPLACE ? OPERATION_REPLACE
		: fate == FATE_ADD   ? OPERATION_ADD
				     : OPERATION_APPEND,
		&route_object, &route, fate == FATE_REPLACE ? &previous : NULL);
	arena_reset(&reconcile->arena);
}

static int add_rule(struct reconcile *reconcile, struct transaction *transaction, size_t index,
	struct error *error)
{
	struct rule rule = {0};
	int status;

	records_read(reconcile->want, index, &reconcile->arena, &rule);
	transaction->line = records_item(reconcile->want, index)->line;
	status = rule_add(transaction, &rule, error);
	arena_reset(&reconcile->arena);
	return status;
}

/* Returns the first of the records with the key of the one before `end`, which are rivals. Sets
 * *translating to whether nftables has a part of one of them. */
static size_t rivals_before(const struct records *want, size_t end, bool *translating)
{
	size_t first = end - 1;

	while (first && records_item(want, first - 1)->key == records_item(want, end - 1)->key)
		first--;
	*translating = false;
	for (size_t i = first; i < end; i++)
		*translating |= records_item(want, i)->whole != 0;
	return first;
}

/* Adds the translating rules or the others, from the last to the first: change/order.h may turn
 * that round. Rules of one preference stay in order. */
static int add_rules(struct reconcile *reconcile, struct transaction *transaction, bool translating,
	struct error *error)
{
	const struct records *want = reconcile->want;
	size_t first;
	bool matches;

	for (size_t end = want->items.count; end; end = first) {
		first = rivals_before(want, end, &matches);
		for (size_t i = first; matches == translating && i < end; i++)
			if (is_new(reconcile, i, true) &&
				add_rule(reconcile, transaction, i, error))
				return -1;
	}
	return 0;
}

void reconcile_compare(struct reconcile *reconcile)
{
	difference_find(&reconcile->difference, reconcile->have, reconcile->want);
	unblock(reconcile);
}

/* A private class without a rule must not be chosen again while its routes are removed. */
static void reserve_classes(const struct reconcile *reconcile, struct transaction *transaction)
{
	for (size_t i = 0; i < reconcile->have->items.count; i++) {
		const struct record_item *item = records_item(reconcile->have, i);

		if (!item->rule && item->class >= CLASS_PRIVATE)
			table_allocation_reserve(transaction, item->class);
	}
}

/* Gives the rules that stay the own records back that the kernel has removed. */
static void refill(struct reconcile *reconcile, struct transaction *transaction)
{
	const struct vector *refills = &reconcile->difference.refills;

	for (size_t i = 0; i < refills->count; i++) {
		const struct record_pair *pair = vector_at(refills, i);
		struct rule rule = {0};
		struct rule wanted = {0};

		records_read(reconcile->have, pair->have, &reconcile->arena, &rule);
		records_read(reconcile->want, pair->want, &reconcile->arena, &wanted);
		transaction->line = records_item(reconcile->want, pair->want)->line;
		rule_refill(transaction, &rule, &wanted);
		arena_reset(&reconcile->arena);
	}
}

/*
 * What no rule looks up yet goes before the rules come that will: a route to be removed must not
 * take their packets meanwhile.
 */
static void remove_unseen(struct reconcile *reconcile, const struct lookups *lookups)
{
	for (size_t i = 0; i < reconcile->have->items.count; i++) {
		const struct record_item *item = records_item(reconcile->have, i);

		if (!item->rule && reconcile->difference.have[i] == FATE_REMOVE &&
			!lookups_reach_now(lookups, item))
			reconcile->difference.have[i] = FATE_MAKE_PLACE;
	}
}

/* `seen`: those that a rule will look up; else those that none will. They come when the rules have
 * gone that look up their class now, and must not find them. */
static void add_routes(struct reconcile *reconcile, struct transaction *transaction,
	const struct lookups *lookups, bool seen)
{
	for (size_t i = 0; i < reconcile->want->items.count; i++)
		if (is_new(reconcile, i, false) &&
			lookups_reach_then(lookups, records_item(reconcile->want, i)) == seen)
			add_route(reconcile, transaction, i);
}

static int prepare(struct reconcile *reconcile, struct transaction *transaction,
	const struct lookups *lookups, struct error *error)
{
	remove_unseen(reconcile, lookups);
	reserve_classes(reconcile, transaction);
	if (remove_all(reconcile, transaction, FATE_MAKE_PLACE, error))
		return -1;
	add_routes(reconcile, transaction, lookups, true);
	refill(reconcile, transaction);
	/* A class has the realm of its first translating rule; the rules after it share that. */
	if (add_rules(reconcile, transaction, true, error) ||
		add_rules(reconcile, transaction, false, error))
		return -1;
	if (remove_all(reconcile, transaction, FATE_REMOVE, error))
		return -1;
	add_routes(reconcile, transaction, lookups, false);
	return 0;
}

int reconcile_prepare(
	struct reconcile *reconcile, struct transaction *transaction, struct error *error)
{
	struct lookups lookups = {0};
	int status = lookups_find(&lookups, reconcile->have, reconcile->want,
		&reconcile->difference, transaction, error);

	transaction->seamless = true;
	if (!status)
		status = prepare(reconcile, transaction, &lookups, error);
	lookups_free(&lookups);
	return status;
}

void reconcile_free(struct reconcile *reconcile)
{
	difference_free(&reconcile->difference);
	arena_free(&reconcile->arena);
}

bool reconcile_changes(const struct reconcile *reconcile)
{
	const struct difference *difference = &reconcile->difference;

	return difference->added || difference->changed || difference->removed;
}
