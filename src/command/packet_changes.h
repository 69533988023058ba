/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the packets that two policies treat differently, for `diff` and for what apply reports of a
 * change.
 */
#ifndef COMMAND_PACKET_CHANGES_H
#define COMMAND_PACKET_CHANGES_H

#include "command/session.h"
#include "model/packet.h"
#include "state/snapshot.h"

/* Packets with the same outcome in the first policy, and the same other outcome in the second. */
struct packet_change {
	const char *packets;        /* in words: `from 10.2.0.0/16 to 192.0.2.0/24` */
	const char *before, *after; /* their outcomes: `class 250 gw 192.0.2.2 dev eth0` */
	struct packet witness;      /* one of them */
	const char *packet;         /* the witness, in the words that explain takes */
};

/*
 * Calls `each` for every set of packets that two snapshots treat differently, until it returns
 * false. Describes the packets by few sets, from the selectors and destinations of both; where
 * these are not enough, by one set for each pair of deciding rules. The change is valid during the
 * call. Does not compare checks of the source (rp_filter, martians). `family`: AF_UNSPEC compares
 * both. The snapshots may be of files or of the kernel; devices are the same if their names are.
 * Returns 0, or -1 with the error.
 */
int packet_changes(struct session *session, struct snapshot *before, struct snapshot *after,
	uint8_t family, bool (*each)(const struct packet_change *change, void *context),
	void *context, struct error *error);

#endif
