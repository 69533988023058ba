/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nexthops of a node (a route), and which of them can be used. */
#ifndef LOOKUP_NODE_H
#define LOOKUP_NODE_H

#include "lookup/flow.h"
#include "model/route.h"

/* A nexthop of a node. */
struct hop {
	const struct route *node; /* borrowed */
	struct gateway gateway;   /* not given: the destination is on the link */
	uint32_t device;          /* index; 0: none */
	uint32_t weight;          /* 1 or more */
	bool dead;                /* its device is down */
	bool linkdown;            /* its device has no carrier */
	struct address source;    /* the source of a packet that has none */
};

/* Return the type (RTN_…) and the scope (RT_SCOPE_…) of a route, or their defaults. */
uint8_t node_type(const struct route *node);
uint8_t node_scope(const struct route *node);
/* Returns the errno with which a route of this type refuses a packet; EAGAIN for a throw; 0 if it
 * routes. */
int type_refusal(uint8_t type);

/* Writes up to `room` hops of a node, in the order of its nexthops. Returns their number. */
size_t node_hops(
	struct snapshot *snapshot, const struct route *node, struct hop *hops, size_t room);
enum { HOPS_MAX = 512 };

/* Returns true if the flow may take this hop: it is up, and on the device that the flow is bound to
 * (fib_lookup_good_nhc() in net/ipv4/fib_trie.c). */
bool hop_is_usable(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow);
/* Returns true if the hop's device is up and has a carrier, unless the hop does not need one. */
bool hop_is_up(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow);

#endif
