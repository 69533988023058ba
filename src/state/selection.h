/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which routes and rules the words of a verb select. flush, save and restore with the same
 * words select the same records. */
#ifndef STATE_SELECTION_H
#define STATE_SELECTION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/vector.h"
#include "field/walk.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"
#include "state/store.h"

/* Returns the filter for the kernel's dump of routes that match these words. */
struct scope selection_scope(const struct route *wanted);

/*
 * Returns true if the kernel made the route itself (an address, a router advertisement, a
 * redirect). Words select such routes only if they name their protocol, because the kernel makes
 * them again.
 */
bool route_is_kernels(const struct route *route);

/* Returns true if the record belongs to a routing daemon or a DHCP client (RTPROT_… in
 * linux/rtnetlink.h). Words select such a record only if they name its protocol. */
bool record_is_foreign(const struct object *object, const void *record);

/* Returns true if the route needs other routes: it has gateways. */
bool route_needs_others(const struct route *route);

/* Selects routes by words. `proto` also matches the owner of a NAT route. A device and a gateway
 * also match one nexthop among several. */
struct route_filter {
	const struct route *wanted; /* borrowed */
	struct selector whole;      /* all words */
	struct selector rest;       /* without device and gateway */
	struct nexthop nexthop;     /* device and gateway only */
	bool leads;                 /* a device or gateway is wanted */
};
void route_filter_init(struct route_filter *filter, const struct route *wanted);
bool route_filter_fits(const struct route_filter *filter, const struct route *route);

struct selection {
	struct route_filter filter;
	struct vector owned; /* struct class_owned, sorted: private classes of rules */
};

/* Ignores private classes: sends no request, and needs no selection_free(). */
void selection_of(struct selection *selection, const struct route *wanted);

/* Finds the private classes of rules: their routes are not selected, unless the words name the
 * class. Returns 0, or -1 with the error; call selection_free() in both cases. */
int selection_init(struct selection *selection, struct netlink *netlink, const struct route *wanted,
	struct error *error);
void selection_free(struct selection *selection);

/* Returns true if the words select this route. */
bool selection_has_route(const struct selection *selection, const struct route *route);

/* Returns true if the words select this rule. They select a rule of the kernel's own only if they
 * name its preference. */
bool selection_has_rule(const struct rule *rule, const struct rule *wanted);

#endif
