/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds routes among thousands with the same destination by another value: a gateway, a device, a
 * metric … */
#ifndef CHANGE_ROUTE_PARTS_H
#define CHANGE_ROUTE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "change/part_lists.h"

struct route;

/* Empty when zeroed. */
struct route_parts {
	struct part_lists lists; /* by destination and value */
	struct vector nodes;     /* struct part_node */
	struct vector first;     /* uint32_t: the first node of each entry, plus one; 0: none */
	struct vector keys;      /* uint64_t: those of the route in question */
};

/* Adds a route after (or before) the others. `entry`: its number, above 0. */
void route_parts_put(
	struct route_parts *parts, const struct route *route, uint32_t entry, bool first);
/* Removes the route with this number, if it is there. */
void route_parts_take(struct route_parts *parts, uint32_t entry);
/*
 * Finds the routes of a class that share the destination and the rarest other value of `wanted`;
 * those that are equal for the kernel are in its order. Sets *node to the first one, 0 if there is
 * none. Returns false if `wanted` gives no value by which routes are found.
 */
bool route_parts_find(
	struct route_parts *parts, const struct route *wanted, uint32_t class, uint32_t *node);
/* Returns the number of the route at a node, and moves on to the next node. */
uint32_t route_parts_next(const struct route_parts *parts, uint32_t *node);
void route_parts_free(struct route_parts *parts);

#endif
