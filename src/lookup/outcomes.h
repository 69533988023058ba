/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outcomes that the diagrams of several policies share, each stored once, and the names of
 * their devices. */
#ifndef LOOKUP_OUTCOMES_H
#define LOOKUP_OUTCOMES_H

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/vector.h"
#include "lookup/diagram.h"
#include "lookup/node.h"
#include "model/rule.h"

/* The first variable of each field of a packet, most significant bit first. */
enum packet_variable {
	PACKET_INPUT = 0, /* number of the device (policy_sets_device()); 0: this host sends it */
	PACKET_SOURCE = PACKET_INPUT + 16,
	PACKET_DESTINATION = PACKET_SOURCE + 128,
	PACKET_PROTOCOL = PACKET_DESTINATION + 128,
	PACKET_SOURCE_PORT = PACKET_PROTOCOL + 8,
	PACKET_DESTINATION_PORT = PACKET_SOURCE_PORT + 16,
	PACKET_MARK = PACKET_DESTINATION_PORT + 16,
	PACKET_DSCP = PACKET_MARK + 32,
	PACKET_USER = PACKET_DSCP + 6,
	PACKET_FLOW_LABEL = PACKET_USER + 32,
	PACKET_OUTPUT = PACKET_FLOW_LABEL + 20, /* 0: not bound to a device */
	PACKET_TUNNEL = PACKET_OUTPUT + 16,     /* 0: through no tunnel */
	PACKET_END = PACKET_TUNNEL + 64,
};
enum { PACKET_DEVICE_BITS = 16 };

/* What happens to a packet. */
struct set_outcome {
	const struct rule *rule; /* the rule that decides; NULL: none */
	uint32_t class;          /* 0: none */
	uint8_t type;           /* RTN_… of the node, or like the action of a rule that refuses */
	struct address gateway; /* of the first nexthop; not given: none */
	uint32_t device;        /* number; 0: none */
	struct address source;  /* `src` of the route; not given: it has none */
	uint32_t text;          /* number of its text; outcomes with equal numbers do the same */
	uint32_t node;          /* the outcome of the node alone, without a rule; 0: this one */
};
enum { OUTCOME_NONE = 0 }; /* the outcome if no rule decides */

/* In a diagram under construction: not decided here, the next rule decides. */
#define OUTCOME_HOLE 0x7fffffffU

/* Shared by all policies that are compared. */
struct policy_sets {
	struct diagrams *diagrams;
	struct vector names;                           /* const char *: devices, from number 1 */
	struct vector outcomes;                        /* struct set_outcome */
	struct vector texts;                           /* const char * */
	struct hash_table known_outcomes, known_texts; /* indexes of outcomes and texts */
	struct arena arena;
};

/* Returns empty sets, freed with policy_sets_free(). */
struct policy_sets *policy_sets_new(void);
void policy_sets_free(struct policy_sets *sets);
/* Returns the store of all diagrams, owned by the sets. */
struct diagrams *policy_sets_diagrams(const struct policy_sets *sets);
/* Returns the outcome with this number. The pointer is valid until an outcome is added. */
const struct set_outcome *policy_sets_outcome(const struct policy_sets *sets, uint32_t outcome);
/* Returns the text of an outcome: `gw 192.0.2.2 dev eth0 masq`, `reject`, `no route`. Owned by the
 * sets. */
const char *policy_sets_text(const struct policy_sets *sets, uint32_t outcome);
/* Returns the number of a device name, the same in all policies; adds the name if it is new. `lo`
 * has a number only for PACKET_OUTPUT. */
uint32_t policy_sets_device(struct policy_sets *sets, const char *name);
/* Returns the name of a device number, owned by the sets; "" if no device has it. */
const char *policy_sets_name(const struct policy_sets *sets, uint32_t device);

/*
 * Returns the outcome of a node, without rule and class; OUTCOME_HOLE for a throw. `hops`: its
 * usable hops, at least one unless the node refuses packets.
 */
uint32_t outcomes_node(struct policy_sets *sets, struct snapshot *snapshot,
	const struct route *node, const struct hop *hops, size_t count);
/* Returns the outcome of a rule that refuses packets itself. `type`: RTN_… of a route that refuses
 * them in the same way. */
uint32_t outcomes_refusal(struct policy_sets *sets, const struct rule *rule, uint8_t type);
/* Returns the outcome with its rule and class replaced, and the rule's translation added to its
 * text. Returns OUTCOME_HOLE unchanged. */
uint32_t outcomes_by_rule(
	struct policy_sets *sets, uint32_t number, const struct rule *rule, uint32_t class);

#endif
