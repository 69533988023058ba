/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks up a flow in one class. Reads the routes once and keeps only those whose destination
 * contains the packet's, so that a class of a million routes needs little
 * memory.
 */
#ifndef LOOKUP_SEARCH_H
#define LOOKUP_SEARCH_H

#include "base/arena.h"
#include "base/vector.h"
#include "lookup/node.h"

struct error;

/* Why a node whose destination contains the packet's was not chosen. */
enum node_loss {
	LOSS_NONE,   /* it was chosen */
	LOSS_TOS,    /* it has another TOS */
	LOSS_DOWN,   /* all nexthops are down, or lack the carrier that they need */
	LOSS_OUTPUT, /* no nexthop is on the device that the packet is bound to */
	LOSS_SOURCE, /* IPv6: its `from` does not contain the packet's source */
	LOSS_HIDDEN, /* another node hides it: see search_ipv4.c and search_ipv6.c */
	LOSS_LATER,  /* it has a shorter prefix, a higher metric or a lower preference */
};

/* A node of the class whose destination contains the packet's. */
struct candidate {
	struct route route;
	enum node_loss loss;
};

struct found {
	int number;               /* 0: `node` routes the packet; EAGAIN: `node` is a throw or
	                             NULL; otherwise the errno with which `node` refuses it */
	const struct route *node; /* in `candidates`; NULL: the class has no route */
	uint8_t type;             /* RTN_… of the node */
	struct hop *hops; /* those that the kernel may choose; [0]: the one that it tries first */
	size_t hop_count;
	struct vector
		candidates; /* struct candidate, in the order in which the kernel tries them */
};

/*
 * Looks up the flow in a class and overwrites *found. Its hops are in the arena; the caller frees
 * found->candidates with vector_free(). Returns 0, or -1 with the error and nothing to free.
 */
int class_search(struct snapshot *snapshot, uint32_t class, const struct flow *flow,
	struct arena *arena, struct found *found, struct error *error);

/* Choose the node for the flow among found->candidates, which are sorted; fill the rest of
 * *found. */
void class_choose_ipv4(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found);
void class_choose_ipv6(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found);

/* Chooses a node that refuses the packet, or a throw. `number`: its errno, from type_refusal(). */
void found_take_refusal(struct found *found, struct candidate *candidate, int number);
/* Sets the loss of all candidates after the chosen one to LOSS_LATER, unless they have another. */
void found_mark_later(struct found *found, const struct candidate *taken);

#endif
