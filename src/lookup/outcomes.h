/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outcomes that the diagrams of policies share, each once, and the names of their devices. */
#ifndef LOOKUP_OUTCOMES_H
#define LOOKUP_OUTCOMES_H

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/vector.h"
#include "lookup/diagram.h"
#include "lookup/node.h"
#include "model/rule.h"

/* The first variable of each field of a packet, in their order; each begins with its highest bit.
 */
enum packet_variable {
	PACKET_INPUT = 0, /* number of the device (see policy_set_new()); 0: our own */
	PACKET_SOURCE = PACKET_INPUT + 16,
	PACKET_DESTINATION = PACKET_SOURCE + 128,
	PACKET_PROTOCOL = PACKET_DESTINATION + 128,
	PACKET_SOURCE_PORT = PACKET_PROTOCOL + 8,
	PACKET_DESTINATION_PORT = PACKET_SOURCE_PORT + 16,
	PACKET_MARK = PACKET_DESTINATION_PORT + 16,
	PACKET_DSCP = PACKET_MARK + 32,
	PACKET_USER = PACKET_DSCP + 6,
	PACKET_FLOW_LABEL = PACKET_USER + 32,
	PACKET_OUTPUT = PACKET_FLOW_LABEL + 20, /* 0: bound to none */
	PACKET_TUNNEL = PACKET_OUTPUT + 16,     /* 0: through none */
	PACKET_END = PACKET_TUNNEL + 64,
};
enum { PACKET_DEVICE_BITS = 16 };

/* What becomes of a packet. */
struct set_outcome {
	const struct rule *rule; /* NULL: none decides */
	uint32_t class;          /* 0: none */
	uint8_t type;            /* RTN_…; of a rule that refuses, too */
	struct address gateway;  /* of the first nexthop; not given: none */
	uint32_t device;         /* number; 0: none */
	struct address source;   /* `src` of the route; not given: none said */
	uint32_t text;           /* in policy_set_text(); equal: the same happens */
	uint32_t node; /* the outcome of the node alone, before a rule led to it; 0: this one */
};
enum { OUTCOME_NONE = 0 }; /* no rule decides */

/* In a diagram that is being built: no outcome yet, the next rule decides. */
#define OUTCOME_HOLE 0x7fffffffU

/* What several policies share. */
struct policy_sets {
	struct diagrams *diagrams;
	struct vector names;                           /* const char *, from number 1 */
	struct vector outcomes;                        /* struct set_outcome */
	struct vector texts;                           /* const char * */
	struct hash_table known_outcomes, known_texts; /* indexes of both */
	struct arena arena;
};

struct policy_sets *policy_sets_new(void);
void policy_sets_free(struct policy_sets *sets);
struct diagrams *policy_sets_diagrams(const struct policy_sets *sets);
const struct set_outcome *policy_sets_outcome(const struct policy_sets *sets, uint32_t outcome);
/* Words for an outcome: `gw 192.0.2.2 dev eth0 masq`, `reject`, `no route`. */
const char *policy_sets_text(const struct policy_sets *sets, uint32_t outcome);
/* The number of a device by its name, the same in all policies; its name. The loopback device has a
 * number only as one that packets leave by. */
uint32_t policy_sets_device(struct policy_sets *sets, const char *name);
const char *policy_sets_name(const struct policy_sets *sets, uint32_t device);

/* What a node does with a packet: OUTCOME_HOLE for a throw; its `rule` is NULL and its class 0. */
uint32_t outcomes_node(struct policy_sets *sets, struct snapshot *snapshot,
	const struct route *node, const struct hop *hops, size_t count);
/* What a rule does that refuses packets by itself: RTN_… */
uint32_t outcomes_refusal(struct policy_sets *sets, const struct rule *rule, uint8_t type);
/* The same outcome of a node, reached by this rule in this class, whichever rule led to it so far;
 * OUTCOME_HOLE stays one. */
uint32_t outcomes_by_rule(
	struct policy_sets *sets, uint32_t number, const struct rule *rule, uint32_t class);

#endif
