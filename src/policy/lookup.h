/* What the kernel would do with a packet. */
#ifndef POLICY_LOOKUP_H
#define POLICY_LOOKUP_H

#include "base/arena.h"
#include "base/vector.h"
#include "model/packet.h"
#include "model/route.h"
#include "netlink/netlink.h"

struct lookup {
	struct answer answer;
	bool found;         /* `route` is what the kernel answered; also with a refusal in IPv6 */
	struct route route; /* what varies in length is in the arena */
	char *request;      /* the message that was sent, in the arena */
};

/* Asks for the packet; `connected`: twice. 0: see lookup->answer and ->found. -1: the socket
 * failed. */
int lookup_ask(struct netlink *netlink, const struct packet *packet, struct arena *arena,
	struct lookup *lookup, struct error *error);

/*
 * What may have refused the packet, by the errno of the refusal: fills `routes` (struct route) and
 * `rules` (struct rule), zeroed and freed by the caller, with those of the kind that holds the
 * packet's addresses. Best effort: what cannot be asked for is not found.
 */
void lookup_suspects(struct netlink *netlink, const struct packet *packet, int number,
	struct arena *arena, struct vector *routes, struct vector *rules);

#endif
