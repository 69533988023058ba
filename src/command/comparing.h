/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two policies that are compared packet by packet, and the pairs of their outcomes. */
#ifndef COMMAND_COMPARING_H
#define COMMAND_COMPARING_H

#include "base/hash_table.h"
#include "command/session.h"
#include "lookup/policy_set.h"

/* Outcomes of the joined diagram: indexes of pairs, and this one where nothing is left to
 * report. */
enum { PAIR_REPORTED = 0 };

struct outcome_pair {
	uint32_t before, after; /* outcomes; unused for PAIR_REPORTED */
	bool changed;
	bool covered; /* by the words being tried */
};

struct packet_change;

/* Two policies that packet_changes() compares. */
struct comparing {
	struct session *session;
	struct snapshot *before, *after;
	struct policy_sets *sets;
	uint8_t family;
	struct vector pairs;        /* struct outcome_pair */
	struct hash_table by_texts; /* pairs, each once for the same texts and shown classes */
	struct hash_table by_rules; /* pairs, each once for the same texts and rules */
	struct hash_table
		reported;  /* hashes of the words and pairs reported so far, without items */
	uint32_t joined;   /* the diagram of pairs */
	uint32_t left;     /* the same, with PAIR_REPORTED where nothing is left to report */
	uint32_t possible; /* the possible packets: policy_sets_inputs() */
	/* Reports a change: the packets in words, the number of the pair, and one of the
	 * packets. */
	void (*report)(struct comparing *comparing, const char *words, uint32_t number,
		const struct packet *witness);
	bool (*each)(const struct packet_change *change, void *context);
	void *context;
	bool ended;
};

static inline struct outcome_pair *pair_at(const struct comparing *comparing, uint32_t number)
{
	return vector_at(&comparing->pairs, number);
}

static inline uint32_t text_of(const struct comparing *comparing, uint32_t outcome)
{
	return policy_sets_outcome(comparing->sets, outcome)->text;
}

#endif
