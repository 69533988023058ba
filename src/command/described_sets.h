/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of packets with words: the selectors of a policy's rules and the destinations of its routes.
 * diff describes changes by them as far as possible.
 */
#ifndef COMMAND_DESCRIBED_SETS_H
#define COMMAND_DESCRIBED_SETS_H

#include "base/hash_table.h"
#include "command/session.h"
#include "lookup/policy_set.h"

struct described {
	uint32_t packets; /* a condition */
	char *words;
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
void described_sets_free(struct described_sets *described);

#endif
