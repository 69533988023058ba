/* The chains of the tool's nftables tables, and the rules that a binding becomes. */
#ifndef NETLINK_NFT_RULES_H
#define NETLINK_NFT_RULES_H

#include "netlink/nft.h"

struct nftnl_rule;

struct nft_chain {
	const char *name;
	const char *type; /* "nat", "filter" */
	uint32_t hook;    /* NF_INET_… */
	int32_t priority;
};

/* All chains, up to name NULL. */
extern const struct nft_chain nft_chains[];

/*
 * Calls `each` for the rule, if any, that a chain of a family (NFPROTO_…) begins with: it lets
 * those packets go at once that no rule here can be about.
 */
void nft_rules_begin(const struct nft_chain *chain, uint32_t family,
	void (*each)(struct nftnl_rule *rule, void *context), void *context);

/*
 * Calls `each` for every rule of the entry, chain by chain; the rule is freed after the call. Their
 * table, chain, family and expressions are set.
 */
void nft_rules_make(const struct nft_entry *entry,
	void (*each)(struct nftnl_rule *rule, void *context), void *context);

#endif
