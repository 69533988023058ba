/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole policy as one function from packets to outcomes: what rules and classes do with all
 * packets. A set of packets is a condition over the same variables. Does not model the checks of a
 * packet's source (rp_filter, martians); decision.h does, for single packets.
 */
#ifndef LOOKUP_POLICY_SET_H
#define LOOKUP_POLICY_SET_H

#include "base/buffer.h"
#include "lookup/match_set.h"
#include "model/packet.h"

struct error;

struct policy_set {
	struct snapshot *snapshot; /* borrowed */
	uint8_t family;
	uint32_t whole; /* the diagram of the policy, from packets to outcomes */
	/* uint32_t: for each rule, the diagram of its class, with OUTCOME_HOLE for packets that the
	 * class does not route. */
	struct vector classes;
	struct vector reach; /* uint32_t: for each rule, the packets that reach and match it; empty
	                        unless requested */
};

/*
 * Builds the function of one family; fills policy->reach if `reach`. Overwrites *policy; call
 * policy_set_free() even on failure. Returns 0, or -1 with the error if a class can't be read.
 */
int policy_set_build(struct policy_sets *sets, struct snapshot *snapshot, uint8_t family,
	bool reach, struct policy_set *policy, struct error *error);
void policy_set_free(struct policy_set *policy);

/* Returns the packets that come in by a device of the snapshot or that this host sends. */
uint32_t policy_sets_inputs(struct policy_sets *sets, const struct snapshot *snapshot);

/* Returns the outcome of one packet. */
uint32_t policy_set_find(const struct policy_sets *sets, const struct policy_set *policy,
	const struct packet *packet);

/* Returns the path of a packet between two documentation addresses (RFC 5737, RFC 3849). Examples
 * of a set of packets follow it where they can. Static. */
const struct diagram_path *path_preferred(uint8_t family);
/* Returns one packet on a path of a diagram; its addresses follow path_preferred() if the path
 * allows it. */
struct packet path_packet(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint8_t family);
/*
 * Appends words for all packets on a path (prefixes, ranges). Where the grammar has no words for
 * several values, writes `other` or `(some)`; so other paths may have the same words.
 */
void path_words(const struct policy_sets *sets, const struct diagram_path *path, uint8_t family,
	struct buffer *out);

/*
 * Splits a path by its input devices: one part for this host's own packets, one for each device
 * that the policies name, and one for all other devices of the snapshot. A path for every input
 * device is a single part. Sets *part to the next part and advances *number, which starts at 0.
 * Returns false after the last part.
 */
bool path_split_inputs(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint32_t *number, struct diagram_path *part);

#endif
