/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows a packet and the reply to it through this host. */
#ifndef LOOKUP_CONNECTION_H
#define LOOKUP_CONNECTION_H

#include "lookup/rewriting.h"
#include "lookup/trace.h"

struct connection {
	struct packet packet;       /* as it is looked up, after NAT routes have rewritten it */
	struct rewriting rewriting; /* how it was rewritten; not given: it was not */
	struct trace trace;         /* the lookup of the packet */
	/*
	 * The source that nftables gives the packet, by `masq` or `nat` of the rule that routed it
	 * or because of `hairpin`; not given: the packet keeps its source.
	 */
	struct address translated;
	/*
	 * A NAT route with ports sends the packet out by the device that it came in by. nftables
	 * masquerades it, so that the server answers this host and not the client next to it.
	 */
	bool hairpin;
	/*
	 * The reply was followed: the packet has a known source, and it came in for this host or
	 * left by its only hop.
	 */
	bool answered;
	/*
	 * `reply`: the lookup of the reply as it arrives, with `translated` as its destination if
	 * that is given; if the packet was for this host, as this host sends the reply. `onward`:
	 * the lookup after nftables has restored the destination; zeroed without a translation.
	 */
	struct trace reply, onward;
	/*
	 * `reply` is the lookup without the mark of a rule with `reply`, and finds no route: this
	 * host sends nothing that nftables could mark.
	 */
	bool unmarked;
};

/*
 * Follows a packet and its reply through a snapshot. The reply has addresses and ports swapped. It
 * comes in by the device that the packet left by. Its only mark is that of a rule with `reply` for
 * the device that the packet came in by. Overwrites *connection, which borrows from the snapshot
 * and the arena; call connection_free() even on failure. Returns 0, or -1 with the error if a class
 * can't be read.
 */
int connection_follow(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct connection *connection, struct error *error);
void connection_free(struct connection *connection);

/* Returns the packet as it was before a NAT route rewrote it. */
struct packet connection_received(const struct connection *connection);

/* Returns the last lookup of the reply: `onward` if the connection is translated and `reply` was
 * not refused, otherwise `reply`. Only if connection->answered. */
const struct trace *connection_reply_end(const struct connection *connection);

#endif
