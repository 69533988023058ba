/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds faults of the routes: private classes without a rule, gateways that no link reaches. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/hash_table.h"
#include "command/finding.h"
#include "kind/address.h"
#include "model/nexthop.h"
#include "state/leftovers.h"
#include "state/network.h"
#include "state/own.h"

/* A gateway that is in no network of this host's addresses. */
struct far_gateway {
	struct gateway gateway;
	uint32_t device; /* 0: any */
	uint32_t class;  /* of its routes */
	bool reached;    /* a route without a gateway leads to it */
};

/* A route to a far gateway. */
struct far_route {
	struct prefix destination;
	uint32_t gateway; /* index */
};

struct search {
	struct checking *checking;
	struct leftovers leftovers;
	struct vector gateways;  /* struct far_gateway */
	struct hash_table known; /* index of gateways */
	struct vector routes;    /* struct far_route */
};

/* ---- private classes ---- */

static bool is_of_vrf(const struct checking *checking, uint32_t class)
{
	const struct vector *devices = snapshot_devices(checking->subject->snapshot);

	for (size_t i = 0; i < devices->count; i++)
		if (((const struct snapshot_device *)vector_at(devices, i))->vrf_class == class)
			return true;
	return false;
}

/* The same as orphan_classes.c removes. */
static bool is_ours(const struct search *search, size_t index)
{
	const struct route *route = vector_at(&search->leftovers.routes, index);

	return leftovers_has(&search->leftovers, index) &&
	       (own_is_marker(route) || !is_of_vrf(search->checking, route->class.value));
}

/* Another program's routes in the class would go with a flush. */
static void add_orphan(struct checking *checking, uint32_t class, size_t ours, size_t all)
{
	if (!ours)
		return;
	if (ours < all)
		finding_add(checking, "orphan-class", NULL,
			"no rule leads to the private class %u any more; another program has put "
			"routes there, which a flush would remove, too",
			class);
	else
		finding_fix(finding_add(checking, "orphan-class", NULL,
				    "no rule leads to the private class %u any more", class),
			"%s flush class %u", checking->family == AF_INET6 ? "-6" : "-4", class);
}

static int compare_routes(const void *a, const void *b)
{
	uint32_t left = ((const struct route *)a)->class.value;
	uint32_t right = ((const struct route *)b)->class.value;

	return left < right ? -1 : left > right;
}

static void check_orphans(const struct search *search)
{
	const struct vector *routes = &search->leftovers.routes;
	size_t ours = 0;
	size_t first = 0;

	/* A file may mix the routes of several classes. */
	vector_sort(routes, compare_routes);
	for (size_t i = 0; i < routes->count; i++) {
		ours += is_ours(search, i);
		if (i + 1 < routes->count &&
			!compare_routes(vector_at(routes, i), vector_at(routes, i + 1)))
			continue;
		add_orphan(search->checking,
			((const struct route *)vector_at(routes, i))->class.value, ours,
			i + 1 - first);
		first = i + 1;
		ours = 0;
	}
}

/* ---- gateways ---- */

static bool is_in_network(
	const struct checking *checking, const struct gateway *gateway, uint32_t device)
{
	const struct vector *all = snapshot_addresses(checking->subject->snapshot);

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);

		if ((!device || address->device == device) &&
			address->local.family == gateway->family &&
			bits_agree(address->local.bytes, gateway->bytes, address->length))
			return true;
	}
	return false;
}

static bool is_link_local(const struct gateway *gateway)
{
	return gateway->family == AF_INET6 && gateway->bytes[0] == 0xfe &&
	       (gateway->bytes[1] & 0xc0) == 0x80;
}

static bool is_same_gateway(const struct far_gateway *a, const struct far_gateway *b)
{
	return a->device == b->device && a->class == b->class &&
	       a->gateway.family == b->gateway.family &&
	       !memcmp(a->gateway.bytes, b->gateway.bytes, sizeof a->gateway.bytes);
}

/* Returns the index of a gateway; adds it if it is new. */
static uint32_t add_far(struct search *search, const struct far_gateway *far)
{
	uint32_t numbers[] = {far->device, far->class};
	uint64_t words = hash_words(0, numbers, sizeof numbers);
	uint32_t hash =
		(uint32_t)(hash_words(words, far->gateway.bytes, sizeof far->gateway.bytes) >> 32);
	size_t place = 0;
	uint32_t *known;

	while ((known = hash_table_next(&search->known, hash, &place)) != NULL)
		if (is_same_gateway(vector_at(&search->gateways, *known), far))
			return *known;
	hash_table_add(&search->known, hash, (uint32_t)search->gateways.count);
	vector_push(&search->gateways, far);
	return (uint32_t)search->gateways.count - 1;
}

static void note_gateway(struct search *search, const struct route *route,
	const struct gateway *gateway, const struct device *device, bool onlink)
{
	struct far_gateway far = {
		.gateway = *gateway, .device = device->index, .class = route->class.value};
	struct far_route there = {.destination = route->destination};

	if (!gateway->given || gateway->family == AF_PACKET || onlink || is_link_local(gateway) ||
		is_in_network(search->checking, gateway, device->index))
		return;
	there.gateway = add_far(search, &far);
	vector_push(&search->routes, &there);
}

static bool note_route(const struct route *route, void *context)
{
	struct search *search = context;

	leftovers_note(&search->leftovers, route);
	/* The kernel has checked the gateways of a nexthop object. */
	if (route->nexthop_id.given)
		return true;
	note_gateway(search, route, &route->gateway, &route->device, route->onlink.given);
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		note_gateway(
			search, route, &nexthop->gateway, &nexthop->device, nexthop->onlink.given);
	}
	return true;
}

static bool is_looked_up(
	const struct checking *checking, uint32_t class, const struct gateway *gateway)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, gateway->family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->class.value == class && rule_leads_to_gateway(rule, gateway))
			return true;
	}
	return false;
}

/* The kernel looks up a gateway in the route's own class, then by the rules (fib_check_nh(),
 * ip6_route_check_nh()). */
static bool try_link(const struct route *route, void *context)
{
	struct search *search = context;

	if (route->type.value != RTN_UNICAST || route->gateway.given || !route->device.given ||
		route->nexthops.given)
		return true;
	for (size_t i = 0; i < search->gateways.count; i++) {
		struct far_gateway *far = vector_at(&search->gateways, i);

		far->reached |=
			route->family == far->gateway.family &&
			(!far->device || far->device == route->device.index) &&
			bits_agree(route->destination.bytes, far->gateway.bytes,
				route->destination.length) &&
			(route->class.value == far->class ||
				is_looked_up(search->checking, route->class.value, &far->gateway));
	}
	return true;
}

/* A private class is known by its rule. */
static const struct rule *owner_of(const struct checking *checking, uint32_t class)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->own.given && rule->class.value == class)
			return rule;
	}
	return NULL;
}

static void add_gateway(
	struct checking *checking, const struct far_gateway *far, const struct prefix *destination)
{
	const struct rule *owner = owner_of(checking, far->class);
	char route[PREFIX_TEXT_MAX + 32] = "";
	char address[ADDRESS_TEXT_MAX];

	if (!owner) {
		prefix_text(destination, route);
		snprintf(route + strlen(route), 32, " class %u: ", far->class);
	}
	address_text(far->gateway.family, far->gateway.bytes, address);
	finding_add(checking, "gateway-off-link", owner,
		"%sits gateway %s is in no network of this host's addresses, and no route without "
		"a gateway leads to it",
		route, address);
}

static int check_gateways(struct search *search, struct error *error)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};

	/* A gateway may be of the other family. */
	for (size_t i = 0; search->routes.count && i < sizeof families; i++) {
		struct scope scope = {.family = families[i]};

		if (snapshot_each_route(
			    search->checking->subject->snapshot, &scope, try_link, search, error))
			return -1;
	}
	for (size_t i = 0; i < search->routes.count; i++) {
		const struct far_route *route = vector_at(&search->routes, i);
		const struct far_gateway *far = vector_at(&search->gateways, route->gateway);

		if (!far->reached)
			add_gateway(search->checking, far, &route->destination);
	}
	return 0;
}

int check_routes(struct checking *checking, struct error *error)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);
	struct scope scope = {.family = checking->family};
	struct search search = {
		.checking = checking,
		.gateways = {.size = sizeof(struct far_gateway)},
		.routes = {.size = sizeof(struct far_route)},
	};
	int status;

	leftovers_init(&search.leftovers, checking->family);
	for (size_t i = 0; i < rules->count; i++)
		leftovers_use(
			&search.leftovers, ((const struct rule *)vector_at(rules, i))->class.value);
	leftovers_sort(&search.leftovers);
	status = snapshot_each_route(
		checking->subject->snapshot, &scope, note_route, &search, error);
	if (!status) {
		check_orphans(&search);
		status = check_gateways(&search, error);
	}
	leftovers_free(&search.leftovers);
	vector_free(&search.gateways);
	vector_free(&search.routes);
	hash_table_free(&search.known);
	return status;
}
