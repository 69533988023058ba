/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole policy as a function from packets to outcomes: what the rules and classes do with every
 * packet at once. Sets of packets are conditions over the same variables. Checks of the source
 * (rp_filter, martians) are not in it: decision.h follows single packets through these.
 */
#ifndef LOOKUP_POLICY_SET_H
#define LOOKUP_POLICY_SET_H

#include "base/buffer.h"
#include "lookup/match_set.h"
#include "model/packet.h"

struct error;

struct policy_set {
	struct snapshot *snapshot;
	uint8_t family;
	uint32_t whole; /* the diagram, from packets to outcomes */
	/* uint32_t: for each rule the diagram of its class, OUTCOME_HOLE where it routes nothing.
	 */
	struct vector classes;
	struct vector reach; /* uint32_t: for each rule the condition that a packet gets to it and
	                        matches; empty unless asked for */
};

/*
 * Builds the function of a family. `reach`: fill policy->reach, too. The snapshot is borrowed.
 * policy_set_free() frees the rest. 0, or -1 with the error: a class could not be read.
 */
int policy_set_build(struct policy_sets *sets, struct snapshot *snapshot, uint8_t family,
	bool reach, struct policy_set *policy, struct error *error);
void policy_set_free(struct policy_set *policy);

/* The packets that a snapshot's devices or this host itself may be the origin of. */
uint32_t policy_sets_inputs(struct policy_sets *sets, const struct snapshot *snapshot);

/* The outcome of one packet. */
uint32_t policy_set_find(const struct policy_sets *sets, const struct policy_set *policy,
	const struct packet *packet);

/* The way of a packet between hosts of documentation: packets that stand for a set should be like
 * it. Static. */
const struct diagram_path *path_preferred(uint8_t family);
/* One packet on a way of a diagram, like the preferred one where the way leaves it open; its words,
 * and the words of all packets on the way (prefixes, ranges). Where the grammar has no words for
 * several values at once, they say `other`, or `(some)`: another way may have the same words. */
struct packet path_packet(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint8_t family);
void path_words(const struct policy_sets *sets, const struct diagram_path *path, uint8_t family,
	struct buffer *out);

/*
 * Splits a way that only some devices have into one for each device that the snapshot knows, one
 * for those that no policy names, and one for what this host sends itself: *number is 0 at first,
 * and is moved on. A way that all have is one part. Returns false after the last part.
 */
bool path_split_inputs(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint32_t *number, struct diagram_path *part);

#endif
