/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies NAT routes: nftables rewrites the destination of packets before the kernel looks them
 * up. */
#ifndef LOOKUP_REWRITING_H
#define LOOKUP_REWRITING_H

#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/snapshot.h"

struct rewriting {
	bool given;
	struct address destination; /* before rewriting */
	struct number port;         /* destination port before rewriting */
	struct route by;            /* the NAT route, without its class and device */
};

/*
 * Rewrites the destination of a packet and its port as the NAT routes of a snapshot do, and fills
 * *rewriting (zeroed) if one applies. A NAT route without ports applies to packets that come in;
 * one with ports also to packets that this host sends. Returns 0, or -1 with the error if the
 * routes can't be read.
 */
int packet_rewrite(struct snapshot *snapshot, struct packet *packet, struct rewriting *rewriting,
	struct error *error);

/* Rewrites the destination of a selector if one NAT route applies to all its packets; otherwise
 * leaves it alone. Returns as packet_rewrite(). */
int selector_rewrite(struct snapshot *snapshot, struct rule *packets, struct error *error);

#endif
