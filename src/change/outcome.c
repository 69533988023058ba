/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies the changes of a transaction to a snapshot of the kernel. */
#include "change/outcome.h"
#include "change/refusal.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/hash_table.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message_gateway.h"
#include "state/network.h"

struct outcome_of {
	struct transaction *transaction;
	struct snapshot *snapshot;
	struct kept_list removed;  /* rules to be removed */
	struct hash_table by_hash; /* numbers of the removed rules, by content */
	struct vector neighbours;  /* struct neighbour: gateways looked up so far */
	struct arena arena;        /* memory of one record at a time */
};

/* ---- rules ---- */

static uint32_t hash_message(const struct nlmsghdr *message)
{
	uint64_t hash = hash_words(1, NLMSG_DATA(message), message->nlmsg_len - NLMSG_HDRLEN);

	return (uint32_t)(hash >> 32);
}

static bool same_content(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	return a->nlmsg_len == b->nlmsg_len &&
	       !memcmp(NLMSG_DATA(a), NLMSG_DATA(b), a->nlmsg_len - NLMSG_HDRLEN);
}

static void note_removed(struct outcome_of *outcome, const struct nlmsghdr *message)
{
	uint32_t number = kept_add(&outcome->removed, message);

	hash_table_add(&outcome->by_hash, hash_message(message), number);
}

/* Each removal removes one of several identical rules. */
static bool stays(struct rule *rule, void *context)
{
	struct outcome_of *outcome = context;
	const struct nlmsghdr *message = kept_encode(&outcome->removed, rule);
	uint32_t hash = hash_message(message);
	size_t place = 0;
	uint32_t *found;

	while ((found = hash_table_next(&outcome->by_hash, hash, &place))) {
		if (!same_content(message, kept_message_at(&outcome->removed, *found)))
			continue;
		hash_table_remove(&outcome->by_hash, found);
		return false;
	}
	return true;
}

static void read_record(struct outcome_of *outcome, const struct change *change, void *record)
{
	const struct object *object = change_object(outcome->transaction, change);

	arena_reset(&outcome->arena);
	fields_decode(
		object, change_message(outcome->transaction, change), &outcome->arena, record);
	participants_describe(&outcome->transaction->participants, object, record);
}

/* A nexthop object that is a black hole makes the route one. */
static void take_type(struct outcome_of *outcome, struct route *route)
{
	const struct nexthop_info *object =
		route->nexthop_id.given
			? snapshot_nexthop(outcome->snapshot, route->nexthop_id.value)
			: NULL;

	if (object && object->blackhole.given)
		route->type = (struct byte){true, RTN_BLACKHOLE};
}

static void add_rule(struct outcome_of *outcome, const struct change *change)
{
	struct rule rule = {0};

	read_record(outcome, change, &rule);
	own_records_attach(&outcome->transaction->policy.own, &rule, &outcome->arena);
	if (rule.own.given) {
		rule.own.record =
			arena_copy(&outcome->arena, rule.own.record, sizeof(struct route));
		take_type(outcome, rule.own.record);
	}
	snapshot_add_rule(outcome->snapshot, &rule);
}

/* ---- routes ---- */

/* A gateway, and the device that leads to it. */
struct neighbour {
	struct gateway gateway;
	uint32_t device; /* 0: none */
	uint8_t length;  /* prefix length of the network that contains it */
};

static void note_network(struct neighbour *neighbour, uint8_t length, uint32_t device)
{
	if (neighbour->device && length <= neighbour->length)
		return;
	neighbour->length = length;
	neighbour->device = device;
}

static bool try_route(const struct route *route, void *context)
{
	if (!route->gateway.given && route->device.given && !route->nexthops.given)
		note_network(context, route->destination.length, route->device.index);
	return true;
}

static void try_addresses(const struct snapshot *snapshot, struct neighbour *neighbour)
{
	const struct snapshot_address *network = snapshot_network_of(snapshot, &neighbour->gateway);

	if (network)
		note_network(neighbour, network->length, network->device);
}

static void try_class(struct outcome_of *outcome, struct neighbour *neighbour, uint32_t class)
{
	struct scope scope = {.family = neighbour->gateway.family,
		.class = class,
		.holding = neighbour->gateway.bytes};
	struct error ignored;

	if (!neighbour->device)
		snapshot_each_route(outcome->snapshot, &scope, try_route, neighbour, &ignored);
}

static void try_rules(struct outcome_of *outcome, struct neighbour *neighbour)
{
	const struct vector *rules = snapshot_rules(outcome->snapshot, neighbour->gateway.family);

	for (size_t i = 0; i < rules->count && !neighbour->device; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule_leads_to_gateway(rule, &neighbour->gateway))
			try_class(outcome, neighbour, rule->class.value);
	}
}

/* Searches the addresses of this host first, then the classes of the rules, which takes dumps. */
static uint32_t device_of(struct outcome_of *outcome, const struct gateway *gateway)
{
	struct neighbour found = {.gateway = *gateway};

	for (size_t i = 0; i < outcome->neighbours.count; i++) {
		const struct neighbour *known = vector_at(&outcome->neighbours, i);

		if (known->gateway.family == gateway->family &&
			!memcmp(known->gateway.bytes, gateway->bytes, sizeof gateway->bytes))
			return known->device;
	}
	try_addresses(outcome->snapshot, &found);
	if (!found.device)
		try_rules(outcome, &found);
	outcome->neighbours.size = sizeof found;
	vector_push(&outcome->neighbours, &found);
	return found.device;
}

/* The kernel finds the device of a gateway by a lookup, first in the route's own class. A private
 * class has no other route. */
static void find_device(struct outcome_of *outcome, uint32_t class, const struct gateway *gateway,
	struct device *device)
{
	struct neighbour own = {.gateway = *gateway};

	if (!gateway->given || device->given)
		return;
	device->index = device_of(outcome, gateway);
	if (!device->index && class < CLASS_PRIVATE) {
		try_class(outcome, &own, class);
		device->index = own.device;
	}
	device->given = device->index != 0;
}

static void find_devices(struct outcome_of *outcome, struct route *route)
{
	find_device(outcome, route->class.value, &route->gateway, &route->device);
	for (struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		struct nexthop *nexthop = item->record;

		find_device(outcome, route->class.value, &nexthop->gateway, &nexthop->device);
	}
}

static enum amendment amendment_of(const struct change *change, uint8_t family)
{
	switch ((enum operation)change->operation) {
	case OPERATION_DELETE:
		return AMENDMENT_REMOVE;
	case OPERATION_REPLACE:
	case OPERATION_CHANGE:
		return AMENDMENT_REPLACE;
	case OPERATION_PREPEND:
		/* IPv6 can't put a route before others. */
		return family == AF_INET6 ? AMENDMENT_APPEND : AMENDMENT_PREPEND;
	case OPERATION_ADD:
	case OPERATION_APPEND:
		break;
	}
	return AMENDMENT_APPEND;
}

static void change_route(struct outcome_of *outcome, const struct change *change)
{
	struct route route = {0};
	enum amendment sort;

	read_record(outcome, change, &route);
	sort = amendment_of(change, route.family);
	route_settle_metric(&route);
	if (sort != AMENDMENT_REMOVE) {
		find_devices(outcome, &route);
		take_type(outcome, &route);
	}
	snapshot_amend(outcome->snapshot, sort, &route);
}

/* ---- all ---- */

static bool is_rule(const struct outcome_of *outcome, const struct change *change)
{
	return change_object(outcome->transaction, change) == &rule_object;
}

static bool removes(const struct change *change)
{
	return change->operation == OPERATION_DELETE;
}

/* A rule of which only the nftables part changes (OPERATION_REPLACE) is removed and added anew. */
static void change_rules(struct outcome_of *outcome)
{
	const struct vector *changes = &outcome->transaction->changes;

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = vector_at(changes, i);

		if (is_rule(outcome, change) && change->operation != OPERATION_ADD)
			note_removed(outcome, change_message(outcome->transaction, change));
	}
	if (outcome->by_hash.count) {
		snapshot_keep_rules(outcome->snapshot, AF_INET, stays, outcome);
		snapshot_keep_rules(outcome->snapshot, AF_INET6, stays, outcome);
	}
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = vector_at(changes, i);

		if (is_rule(outcome, change) && !removes(change))
			add_rule(outcome, change);
	}
}

static void note_gateway(const struct prefix *gateway, uint32_t device, void *context)
{
	bool *found = context;

	(void)gateway;
	(void)device;
	*found = true;
}

/* Own records without a gateway come first: they may lead to the gateways of routes that precede
 * their rule. */
static bool comes_first(const struct outcome_of *outcome, const struct change *change)
{
	bool has_gateway = false;

	if (!change->allocates)
		return false;
	message_each_gateway(
		change_message(outcome->transaction, change), note_gateway, &has_gateway);
	return !has_gateway;
}

static void change_routes(struct outcome_of *outcome, bool first)
{
	const struct vector *changes = &outcome->transaction->changes;

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = vector_at(changes, i);

		if (!is_rule(outcome, change) && comes_first(outcome, change) == first)
			change_route(outcome, change);
	}
}

void outcome_apply(struct transaction *transaction, struct snapshot *snapshot)
{
	struct outcome_of outcome = {
		.transaction = transaction,
		.snapshot = snapshot,
		.removed = {.object = &rule_object},
	};

	change_rules(&outcome);
	change_routes(&outcome, true);
	change_routes(&outcome, false);
	kept_free(&outcome.removed);
	hash_table_free(&outcome.by_hash);
	vector_free(&outcome.neighbours);
	arena_free(&outcome.arena);
}

struct snapshot *outcome_read(struct transaction *transaction, struct error *error)
{
	struct snapshot *snapshot = snapshot_of_kernel(transaction->policy.netlink, error);
	const struct rule *unreadable = snapshot ? snapshot_unreadable(snapshot) : NULL;

	if (unreadable) {
		refusal_unreadable(unreadable, error);
		snapshot_free(snapshot);
		return NULL;
	}

	if (snapshot)
		outcome_apply(transaction, snapshot);
	return snapshot;
}
