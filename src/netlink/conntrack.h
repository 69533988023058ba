/* The kernel's records of flows (connection tracking): forgetting those that a change outdates. */
#ifndef NETLINK_CONNTRACK_H
#define NETLINK_CONNTRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind/prefix.h"

struct error;
struct netlink;

enum flow_state {
	FLOW_ANY,
	FLOW_UNTRANSLATED, /* its source is what it was */
	FLOW_TRANSLATED,
};

/* Flows by where their first packet came from and went to; a prefix not given holds every address.
 */
struct flow_filter {
	uint8_t family; /* AF_INET, AF_INET6 */
	struct prefix source, destination;
	enum flow_state state;
};

/*
 * Forgets the flows that fit any of the filters: what is still alive is taken for new. `nft`: from
 * nft_open(). A kernel without connection tracking has none. 0, or -1 with the error.
 */
int conntrack_forget(
	struct netlink *nft, const struct flow_filter *filters, size_t count, struct error *error);

#endif
