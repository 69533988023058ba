/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the kernel's routes to an address after one dump of their class: a packet, the check of its
 * source and its reply look up the same addresses in the same classes.
 */
#ifndef STATE_HELD_ROUTES_H
#define STATE_HELD_ROUTES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/vector.h"
#include "model/route.h"
#include "netlink/dump.h"

struct error;
struct netlink;

/* Empty when zeroed. */
struct held_routes {
	struct vector places; /* struct held_place */
	struct vector routes; /* struct route */
	size_t local;         /* number of routes before those of the class local */
	bool many_local;      /* the class local is too large to be kept whole */
	struct arena arena;
};

/*
 * Calls `each` for the routes of a scope in the kernel's order until it returns false. The scope
 * has an address (scope->holding), a family and a class. Dumps the class the first time for each
 * address, the class local (unless it is large) once for all addresses, and sets *interrupted if
 * routes changed during the dump. Returns 0, or -1 with the error.
 */
int held_routes_each(struct held_routes *held, struct netlink *netlink, const struct scope *scope,
	bool (*each)(const struct route *route, void *context), void *context, bool *interrupted,
	struct error *error);
void held_routes_free(struct held_routes *held);

#endif
