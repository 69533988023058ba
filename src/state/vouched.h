/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads single entries of IPv4 rules instead of all, as long as the nftables table vouches for the
 * rules: its stamp (netlink/nft_stamp.h) shows that the program wrote it with the entries of
 * exactly these rules and everything that they need, and that nobody has changed nftables since.
 */
#ifndef STATE_VOUCHED_H
#define STATE_VOUCHED_H

#include "netlink/nft_entry.h"
#include "netlink/nft_stamp.h"
#include "base/vector.h"

struct rule;

/* Returns the contribution of a rule to the digest of the stamp, which is the sum over all IPv4
 * rules; 0 if the rule has no realm of the program. */
uint64_t vouched_digest(const struct rule *rule);

/* Reads the stamp. Returns true if the table vouches for the rules (struct rule, all IPv4 rules as
 * the kernel has them). */
bool vouched_for(const struct vector *rules, struct nft_stamp *stamp);

/*
 * Reads the entries of the `count` rules with these realms into `entries` (struct nft_entry).
 * `generation`: that of the stamp (netlink/nft_stamp.h). Returns false if a rule has no entry of
 * its own, or it can't be read.
 */
bool vouched_read(
	const uint32_t *realms, size_t count, uint32_t generation, struct vector *entries);

/* Fills the values that nftables keeps into the IPv4 rules among `rules` (struct rule). `all`: the
 * rules as the kernel has them. Returns false, and changes nothing, if the complete tables have to
 * be read. */
bool vouched_join(const struct vector *all, struct vector *rules);

#endif
