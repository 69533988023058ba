/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies changes of routes that the kernel has not made to its dumps, which then show the routes
 * as they will be. Routes that differ for the kernel only in their order form a group; routes of
 * groups that are not amended pass unchanged.
 */
#ifndef STATE_AMENDMENT_H
#define STATE_AMENDMENT_H

#include <stdbool.h>

#include "base/vector.h"
#include "model/route.h"
#include "netlink/dump.h"
#include "state/records.h"

struct error;
struct netlink;

enum amendment {
	AMENDMENT_APPEND,  /* after its equals */
	AMENDMENT_PREPEND, /* before its equals */
	AMENDMENT_REPLACE, /* in place of the first of its equals */
	AMENDMENT_REMOVE,  /* removes the same route, if there is one */
};

/* None when zeroed. */
struct amendments {
	struct records routes;
	struct vector sorts;  /* unsigned char: enum amendment of each route */
	struct vector places; /* struct amendment_place: by class, key, then in order */
	bool sorted;
};

/* Adds an amendment after the others. Keeps a copy of the route, which must be as the kernel
 * reports it: with class, device and metric. */
void amendments_add(struct amendments *amendments, enum amendment sort, const struct route *route);
void amendments_free(struct amendments *amendments);

/*
 * Calls `each` for the kernel's routes of a scope, as amended, until it returns false. Amended
 * groups come last. The record is valid during the call. *interrupted: see store_each(). Returns 0,
 * or -1 with the error.
 */
int amendments_each(struct amendments *amendments, struct netlink *netlink,
	const struct scope *scope, bool (*each)(const struct route *route, void *context),
	void *context, bool *interrupted, struct error *error);

#endif
