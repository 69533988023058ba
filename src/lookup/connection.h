/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet and the reply to it: what this host does with both. */
#ifndef LOOKUP_CONNECTION_H
#define LOOKUP_CONNECTION_H

#include "lookup/rewriting.h"
#include "lookup/trace.h"

struct connection {
	struct packet packet;       /* as it is looked up */
	struct rewriting rewriting; /* what it was before: not given: the same */
	struct trace trace;         /* of the packet */
	/*
	 * The source that nftables gives the packet, as the rule that routed it says (masq, nat),
	 * or because of `hairpin`; not given: the packet keeps its own.
	 */
	struct address translated;
	/*
	 * A NAT route with ports sends the packet out by the device that it came in by. nftables
	 * masquerades it, so that the server answers this host and not the client next to it.
	 */
	bool hairpin;
	/*
	 * The reply was followed: the packet was delivered to this host, or left by one hop to one
	 * host, so that its sender is known.
	 */
	bool answered;
	/*
	 * `reply`: the lookup of the reply as it arrives, addressed to `translated` if that is
	 * given; of a packet to this host: as this host sends it. `onward`: the lookup after
	 * nftables has restored the destination; zeroed without a translation.
	 */
	struct trace reply, onward;
};

/*
 * Follows a packet and its reply through a snapshot. The reply swaps addresses and ports, comes in
 * by the device that the packet left by, and carries no mark but that of a rule with `reply` for
 * the device that the packet came in by. `connection` is filled anew and freed with
 * connection_free() in every case; it borrows from the snapshot and the arena. 0, or -1 with the
 * error: a class could not be read.
 */
int connection_follow(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct connection *connection, struct error *error);
void connection_free(struct connection *connection);

/* The packet as it came, before a NAT route rewrote it. */
struct packet connection_received(const struct connection *connection);

/* The trace that says where the reply ends: `onward` of a translated connection, else `reply`; the
 * earlier one if it drops the reply. Only if the connection is answered. */
const struct trace *connection_reply_end(const struct connection *connection);

#endif
