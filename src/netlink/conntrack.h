/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deletes connection tracking entries that a change outdates. */
#ifndef NETLINK_CONNTRACK_H
#define NETLINK_CONNTRACK_H

#include <stdbool.h>

#include "kind/prefix.h"

struct error;
struct netlink;

/* The addresses of the first packet of a flow. */
struct flow_seen {
	struct prefix source, destination; /* of full length */
	bool translated;                   /* its source was translated */
	uint8_t protocol;                  /* IPPROTO_… */
	uint16_t port;                     /* destination port, in host byte order; 0: none */
};

/*
 * Deletes the flows of a family for which `outdated` returns true; later packets of a flow start a
 * new one. `nft`: from nft_open(). A kernel without connection tracking has no flows. Returns 0, or
 * -1 with the error.
 */
int conntrack_forget(struct netlink *nft, uint8_t family,
	bool (*outdated)(const struct flow_seen *flow, void *context), void *context,
	struct error *error);

#endif
