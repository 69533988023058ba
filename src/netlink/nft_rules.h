/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the rules of a plan's chains. */
#ifndef NETLINK_NFT_RULES_H
#define NETLINK_NFT_RULES_H

#include "netlink/nft_plan.h"

struct nftnl_rule;

/*
 * Calls `each` for every rule of the chain, in order; the rule is freed after the call. Its table,
 * chain, family and expressions are set. `comment`: that of its entry, or of the frame.
 */
void nft_rules_make(const struct nft_plan *plan, const struct nft_chain *chain,
	void (*each)(struct nftnl_rule *rule, const char *comment, void *context), void *context);

#endif
