/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the routes to single addresses, and those of the class local. */
#include "state/held_routes.h"

#include <string.h>

#include "field/walk.h"
#include "kind/address.h"
#include "model/route.h"
#include "state/route_scope.h"
#include "state/store.h"

/* The most routes of the class local that are kept whole. */
enum { LOCAL_MAX = 1024 };

/* Where the routes of a class to an address are in held->routes. */
struct held_place {
	uint32_t class;
	uint8_t family;
	bool whole; /* the routes to all addresses */
	uint8_t address[16];
	size_t first, count;
};

static const struct held_place *find(const struct held_routes *held, const struct scope *scope)
{
	for (size_t i = 0; i < held->places.count; i++) {
		const struct held_place *place = vector_at(&held->places, i);

		if (place->class == scope->class && place->family == scope->family &&
			(place->whole || !memcmp(place->address, scope->holding,
						 address_size(scope->family))))
			return place;
	}
	return NULL;
}

static bool keep(const void *record, void *context)
{
	struct held_routes *held = context;

	fields_keep(&route_object, vector_push(&held->routes, record), &held->arena);
	return true;
}

static bool keep_local(const void *record, void *context)
{
	const struct held_routes *held = context;

	return keep(record, context) && held->routes.count - held->local <= LOCAL_MAX;
}

/*
 * Dumps the routes of the class to the place's address, or all of the class local: every packet
 * looks several addresses up in it, and as long as the kernel keeps it in one trie with main, its
 * dump walks that of main. Returns NULL with the error on failure.
 */
static const struct held_place *load(struct held_routes *held, struct netlink *netlink,
	const struct scope *scope, bool *interrupted, struct error *error)
{
	struct held_place place = {.class = scope->class, .family = scope->family};
	struct scope dumped = *scope;

	held->places.size = sizeof place;
	held->routes.size = sizeof(struct route);
	place.first = held->local = held->routes.count;
	place.whole = scope->class == CLASS_LOCAL && !held->many_local;
	if (place.whole)
		dumped.holding = NULL;
	if (store_each(netlink, &route_object, &dumped, place.whole ? keep_local : keep, held,
		    interrupted, error))
		return NULL;
	place.count = held->routes.count - place.first;
	if (place.whole && place.count > LOCAL_MAX) {
		held->many_local = true;
		held->routes.count = place.first;
		return load(held, netlink, scope, interrupted, error);
	}
	memcpy(place.address, scope->holding, address_size(scope->family));
	return vector_push(&held->places, &place);
}

int held_routes_each(struct held_routes *held, struct netlink *netlink, const struct scope *scope,
	bool (*each)(const struct route *route, void *context), void *context, bool *interrupted,
	struct error *error)
{
	const struct held_place *place = find(held, scope);

	if (!place)
		place = load(held, netlink, scope, interrupted, error);
	if (!place)
		return -1;
	for (size_t i = 0; i < place->count; i++) {
		const struct route *route = vector_at(&held->routes, place->first + i);

		if ((!place->whole || scope_holds(scope, route)) && !each(route, context))
			break;
	}
	return 0;
}

void held_routes_free(struct held_routes *held)
{
	vector_free(&held->places);
	vector_free(&held->routes);
	arena_free(&held->arena);
}
