/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NAT routes of a transaction: the existing ones, with its changes. */
#ifndef NAT_NAT_ROUTES_H
#define NAT_NAT_ROUTES_H

#include <stdbool.h>

#include "base/vector.h"
#include "change/operation.h"

struct entry_index;
struct error;
struct policy;
struct route;

/* Zero it before the first use. */
struct nat_routes {
	struct vector changes; /* struct nat_change: not yet applied, in order */
	struct vector routes;  /* struct nat_route: as they will be */
};

void nat_routes_free(struct nat_routes *routes);

/* Reads the kernel's NAT routes. Returns 0, or -1 with the error. */
int nat_routes_load(struct nat_routes *routes, struct policy *policy, struct error *error);
/* Notes a change of a NAT route. */
void nat_routes_note(
	struct nat_routes *routes, enum operation operation, const struct route *route);
bool nat_routes_changed(const struct nat_routes *routes);
/* Applies the changes noted so far. Returns 0, or -1 with the error. */
int nat_routes_apply(struct nat_routes *routes, struct error *error);
/* Adds the entries (struct nft_entry) that the routes need. `known`: the existing entries. */
void nat_routes_entries(
	const struct nat_routes *routes, const struct entry_index *known, struct vector *entries);

#endif
