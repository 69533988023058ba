/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel how it routes a packet. */
#ifndef STATE_LOOKUP_H
#define STATE_LOOKUP_H

#include "base/arena.h"
#include "model/packet.h"
#include "model/route.h"
#include "netlink/netlink.h"

struct lookup {
	struct answer answer;
	bool found; /* `route` is the kernel's answer; IPv6 also answers with a route when it
	               refuses */
	struct route route; /* values of variable length are in the arena */
	char *request;      /* the message that was sent, in the arena */
};

/* Asks the kernel for the route of a packet; a `connected` one without a source again with the
 * source found. Returns 0 and fills lookup->answer and lookup->found, or -1 with the error if the
 * socket failed. */
int lookup_ask(struct netlink *netlink, const struct packet *packet, struct arena *arena,
	struct lookup *lookup, struct error *error);

#endif
