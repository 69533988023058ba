/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of packets with words: the selectors of a policy's rules and the destinations of its routes.
 * diff describes changes by them as far as possible.
 */
#ifndef COMMAND_DESCRIBED_SETS_H
#define COMMAND_DESCRIBED_SETS_H

#include "base/hash_table.h"
#include "command/session.h"
#include "field/field.h"
#include "lookup/policy_set.h"

/* In the order in which they are tried. */
enum described_sort {
	DESCRIBED_RULE,        /* the selector of a rule, or what the words after `not` match */
	DESCRIBED_INVERTED,    /* `not` and a selector */
	DESCRIBED_DESTINATION, /* of a route */
	DESCRIBED_ALL,         /* every packet */
};

struct described {
	uint32_t packets; /* a condition */
	char *words;
	enum described_sort sort;
	struct rows rows; /* of rule_object: those that the words give */
};

/* None when zeroed. */
struct described_sets {
	struct vector sets; /* struct described, each condition once */
	struct hash_table by_packets;
};

/*
 * Adds the selectors and destinations of one family of a policy that contain packets of the
 * condition `wanted`, or may do so; up to a limit. Returns 0, or -1 with the error.
 */
int described_sets_collect(struct described_sets *described, struct session *session,
	struct policy_sets *sets, struct snapshot *snapshot, uint8_t family, uint32_t wanted,
	struct error *error);
/* Puts them in order, when all have been collected. */
void described_sets_sort(struct described_sets *described);
void described_sets_free(struct described_sets *described);

#endif
