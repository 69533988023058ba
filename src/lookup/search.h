/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lookup in one class. The routes stream by once; only the nodes that may hold the packet are
 * kept, so that a class of a million routes takes no memory.
 */
#ifndef LOOKUP_SEARCH_H
#define LOOKUP_SEARCH_H

#include "base/arena.h"
#include "base/vector.h"
#include "lookup/node.h"

struct error;

/* Why a node that holds the packet was not taken. */
enum node_loss {
	LOSS_NONE,   /* it was taken, or never looked at: behind the one that was taken */
	LOSS_TOS,    /* for another type of service */
	LOSS_DOWN,   /* every nexthop's device is down, or has no carrier and needs one */
	LOSS_OUTPUT, /* none leads to the device that the packet is bound to */
	LOSS_SOURCE, /* IPv6: for other sources */
	LOSS_HIDDEN, /* hidden by another node: see search_ipv4.c and search_ipv6.c */
	LOSS_LATER,  /* a shorter prefix, a higher metric, a lower preference */
};

/* A node of the class whose destination holds the packet's. */
struct candidate {
	struct route route;
	enum node_loss loss;
};

struct found {
	int number;               /* 0: `node` routes the packet; EAGAIN: the class has no route
	                             for it, or `node` is a throw; else the errno of `node` */
	const struct route *node; /* NULL: none */
	uint8_t type;             /* RTN_… of the node */
	struct hop *hops; /* the ways that the kernel may choose; [0]: what it tries first */
	size_t hop_count;
	struct vector
		candidates; /* struct candidate, in the order in which the kernel tries them */
};

/*
 * Looks the flow up in a class. Everything of `found` is in the arena, but found->candidates, which
 * the caller frees with vector_free() after a success. 0, or -1 with the error.
 */
int class_search(struct snapshot *snapshot, uint32_t class, const struct flow *flow,
	struct arena *arena, struct found *found, struct error *error);

/* The same among candidates that are there already. */
void class_choose_ipv4(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found);
void class_choose_ipv6(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found);

/* Takes a node that refuses the packet, or throws it out of the class. */
void found_take_refusal(struct found *found, struct candidate *candidate, int number);
/* The candidates behind the one that was taken lost to it. */
void found_mark_later(struct found *found, const struct candidate *taken);

#endif
