/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds what else than a rule sets the realm of a class's packets. */
#ifndef NAT_REALM_CONFLICTS_H
#define NAT_REALM_CONFLICTS_H

#include "change/policy.h"

struct route;
struct rule;

/*
 * Checks the class that a translating rule looks up: it must have no route with a realm and no
 * nexthop object that another class uses, and must not be the class of a VRF. Returns 0, or -1 with
 * the error (STATUS_GUARDED).
 */
int realm_conflicts_class(struct policy *policy, const struct rule *rule, struct error *error);

/*
 * Checks a route to be added: with a realm, or a nexthop object that another class uses, it would
 * hide packets from a translating rule. Returns 0, or -1 with the error (STATUS_GUARDED).
 */
int realm_conflicts_route(struct policy *policy, const struct route *route, struct error *error);

#endif
