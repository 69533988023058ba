/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the gateways of a transaction's routes that no rule leads to yet, and the rules among its
 * changes that are to lead there.
 *
 * The kernel looks up the gateway of a route that is added in the route's class, then by the rules,
 * as a packet of this host without source and mark (fib_check_nh_v4_gw() of
 * net/ipv4/fib_semantics.c, ip6_route_check_nh() of net/ipv6/route.c). So a rule of the same
 * transaction may have to lead to the network of the gateway before the route can be added.
 */
#ifndef CHANGE_LEADS_H
#define CHANGE_LEADS_H

#include "change/transaction.h"

struct leads {
	const struct transaction *transaction;
	struct vector rules;   /* struct prefix: destinations of the rules that may lead, sorted,
	                          none within another */
	struct vector hops;    /* struct lead_hop: gateways that cannot be reached yet, sorted */
	struct vector linked;  /* uint64_t: classes that get a route to such a gateway, sorted */
	struct vector touched; /* uint64_t: classes that get any route, sorted */
	struct vector waiting; /* uint64_t: classes that get a route by such a gateway, sorted */
	struct vector leading; /* uint64_t: classes of the rules that lead there, sorted */
	bool found;            /* a gateway that was visited is among `hops` */
};

/*
 * Collects these gateways and rules. Asks the kernel about each gateway once, and only if there are
 * rules that may lead to it: the usual transaction takes one look at each of its rules. Returns
 * false if there is none. Free with leads_free() in any case. The transaction is borrowed.
 */
bool leads_find(struct leads *leads, const struct transaction *transaction);
void leads_free(struct leads *leads);

/* Return true for the message of a new route by one of these gateways, and of one to one of them.
 */
bool leads_wait(struct leads *leads, const struct nlmsghdr *message);
bool leads_link(struct leads *leads, const struct nlmsghdr *message);
/* Returns true for the message of a new rule that leads to one of them: by a route that is added to
 * its class, or that the class, of which no route is added, is supposed to have. */
bool leads_there(const struct leads *leads, const struct nlmsghdr *message);
/* Return true for the message of a route or rule if a rule that leads to one of them looks up its
 * class, and if a route of its class waits. */
bool leads_by_class(const struct leads *leads, const struct nlmsghdr *message);
bool leads_wait_in_class(const struct leads *leads, const struct nlmsghdr *message);
/* Returns true for the message of a new rule that may refuse the lookup of a gateway. */
bool leads_refused(const struct nlmsghdr *message);

#endif
