/*
 * Which routes and rules a verb is about: what its words give, and what goes without saying. A
 * flush, a save and a restore of the same words are about the same records.
 */
#ifndef POLICY_SELECTION_H
#define POLICY_SELECTION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/vector.h"
#include "field/walk.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"
#include "policy/store.h"

/* What the kernel is asked to leave out when routes are wanted that fit these words. */
struct scope selection_scope(const struct route *wanted);

/*
 * Did the kernel make it by itself (an address, a router's advertisement, a redirect)? Such routes
 * are meant only by words that name their protocol: they come back in their own way.
 */
bool route_is_kernels(const struct route *route);

/* Does it lead through others of the same kind: by gateways? */
bool route_needs_others(const struct route *route);

/* Words that select routes. A device and a gateway may also be those of one nexthop of several. */
struct route_filter {
	const struct route *wanted; /* borrowed */
	struct selector whole;      /* all of it */
	struct selector rest;       /* without device and gateway */
	struct nexthop nexthop;     /* with these alone */
	bool leads;                 /* one of them is wanted */
};
void route_filter_init(struct route_filter *filter, const struct route *wanted);
bool route_filter_fits(const struct route_filter *filter, const struct route *route);

struct selection {
	struct route_filter filter;
	struct vector owned; /* struct class_owned, in order: classes that a rule owns */
};

/* As if no rule owned a class: asks nothing, and has nothing to free. */
void selection_of(struct selection *selection, const struct route *wanted);

/* Asks the kernel which classes belong to rules: their routes are meant with the rule, unless the
 * words name the class. 0, or -1; selection_free() in both cases. */
int selection_init(struct selection *selection, struct netlink *netlink, const struct route *wanted,
	struct error *error);
void selection_free(struct selection *selection);

bool selection_has_route(const struct selection *selection, const struct route *route);

/* Do the words mean this rule? One of the kernel's own only if they name its preference. */
bool selection_has_rule(const struct rule *rule, const struct rule *wanted);

#endif
