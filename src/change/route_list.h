/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The routes of some classes: read from the kernel once, then kept as the prepared changes will
 * leave them.
 */
#ifndef CHANGE_ROUTE_LIST_H
#define CHANGE_ROUTE_LIST_H

#include "change/groups.h"
#include "change/operation.h"
#include "change/route_parts.h"
#include "state/store.h"

struct prefix;
struct route;

/* Empty when zeroed. Must not move in memory once it keeps routes. */
struct route_list {
	struct kept_list records;
	struct groups groups; /* by the kernel's key */
	struct vector scopes; /* struct scope: the classes that are kept */
	bool crowded;         /* many routes have one destination: use `parts` */
	bool parted;          /* the kept routes are in `parts` */
	struct route_parts parts;
};

/* Returns true if the routes of this class (0: of all classes) are kept. */
bool route_list_keeps(const struct route_list *list, uint8_t family, uint32_t class);
/* Reads the routes of a class (0: of all classes) from the kernel and keeps them. Returns 0, or -1
 * with the error. */
int route_list_load(struct route_list *list, struct netlink *netlink, uint8_t family,
	uint32_t class, struct error *error);
/*
 * Calls `each` for the kept routes of a scope until it returns false. If `wanted` is not NULL, may
 * leave out routes with another destination, or with another value than one that it gives. The
 * record is valid during the call.
 */
void route_list_each(struct route_list *list, const struct scope *scope, const struct route *wanted,
	bool (*each)(const void *record, void *context), void *context);
/* Notes a change of a route whose class is kept: from now on it counts as made. Sets *record to its
 * number in list->records. Returns true if it is the first change of its group. */
bool route_list_note(struct route_list *list, enum operation operation, const struct route *route,
	uint32_t *record);
/* Rebuilds the indexes after classes have changed in place. */
void route_list_rehash(struct route_list *list);
void route_list_free(struct route_list *list);

#endif
