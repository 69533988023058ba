/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a node (a route) leads to: its nexthops, and which of them count. */
#ifndef LOOKUP_NODE_H
#define LOOKUP_NODE_H

#include "lookup/flow.h"
#include "model/route.h"

/* One way out of a node. */
struct hop {
	const struct route *node; /* borrowed */
	struct gateway gateway;   /* not given: the destination itself is on the link */
	uint32_t device;          /* index; 0: none */
	uint32_t weight;          /* from 1 */
	bool dead;                /* its device is down */
	bool linkdown;            /* its device has no carrier */
	struct address source;    /* what the kernel gives a packet without one */
};

/* The type (RTN_…), the scope (RT_SCOPE_…) and the prefix length of a route. */
uint8_t node_type(const struct route *node);
uint8_t node_scope(const struct route *node);
/* The errno with which a type refuses a packet; 0: it routes; EAGAIN: throw. */
int type_refusal(uint8_t type);

/* Writes up to `room` hops of a node in the order of its nexthops; returns their number. */
size_t node_hops(
	struct snapshot *snapshot, const struct route *node, struct hop *hops, size_t room);
enum { HOPS_MAX = 512 };

/* May the flow take this hop? net/ipv4/fib_trie.c, fib_lookup_good_nhc(). */
bool hop_is_usable(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow);
/* Is it up, and has it the carrier that it needs? */
bool hop_is_up(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow);

#endif
