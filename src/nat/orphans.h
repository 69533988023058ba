/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds nftables parts without a rule or route: another tool removed the rule, or this program was
 * killed in between. */
#ifndef NAT_ORPHANS_H
#define NAT_ORPHANS_H

#include "base/vector.h"
#include "netlink/netlink.h"
#include "netlink/nft.h"

/*
 * Calls `each` with the words of every part in nftables that belongs to no route and none of
 * `rules` (struct rule, all of `family`, or of both families if AF_UNSPEC). Sets *faults to the
 * other faults of the tables. Finds nothing if nftables can't be read. Returns 0, or -1 with the
 * error.
 */
int orphans_find(struct netlink *netlink, uint8_t family, const struct vector *rules,
	void (*each)(const char *words, void *context), void *context, struct nft_faults *faults,
	struct error *error);

/*
 * Removes the entries (struct nft_entry) that belong to none of the kernel's rules and NAT routes.
 * Returns 0, or -1 with the error.
 */
int orphans_drop(struct netlink *netlink, struct vector *entries, struct error *error);

#endif
