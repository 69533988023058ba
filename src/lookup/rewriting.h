/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NAT routes: nftables rewrites the destination of packets before the kernel looks it up. */
#ifndef LOOKUP_REWRITING_H
#define LOOKUP_REWRITING_H

#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/snapshot.h"

struct rewriting {
	bool given;
	struct address destination; /* as the packet had it */
	struct number port;         /* the same, of the destination */
	struct route by;            /* the NAT route, without its class and device */
};

/*
 * Rewrites the destination of a packet as the NAT routes of a snapshot do, and its port. A NAT
 * route without ports is for packets that come in, one with ports also for those of this host. 0,
 * or -1 with the error: the routes could not be read.
 */
int packet_rewrite(struct snapshot *snapshot, struct packet *packet, struct rewriting *rewriting,
	struct error *error);

/* The same for the packets of a selector, if one NAT route is for all of them; else they stay. */
int selector_rewrite(struct snapshot *snapshot, struct rule *packets, struct error *error);

#endif
