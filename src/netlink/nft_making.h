/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The context for making the rules of a chain, and the functions that make parts of them. */
#ifndef NETLINK_NFT_MAKING_H
#define NETLINK_NFT_MAKING_H

#include "netlink/nft_plan.h"

struct nftnl_rule;

/* Offsets in the packets of a family. */
struct nft_header {
	uint32_t source, destination, sum;
	uint32_t size; /* bytes of an address */
	uint8_t icmp;
	uint32_t inner;     /* offset of the header that an ICMP error carries */
	uint32_t inner_sum; /* in the ICMP error: offset of the checksum that covers that header */
	struct {
		uint8_t least, most;
	} errors[2]; /* types of ICMP errors */
	int error_ranges;
};

extern const struct nft_header nft_header4, nft_header6;

struct nft_making {
	const struct nft_plan *plan;
	const struct nft_chain *chain;
	const struct nft_header *header;
	uint32_t key;                  /* key of the entry */
	const struct binding *binding; /* of the entry of the next rule; NULL: none */
	const char *comment;
	void (*each)(struct nftnl_rule *rule, const char *comment, void *context);
	void *context;
};

/* Returns a rule of the chain without expressions. */
struct nftnl_rule *nft_begin_rule(const struct nft_making *making);
/* Pass the rule to `each` and free it; the latter two add a verdict or a goto at its end. */
void nft_end_rule(const struct nft_making *making, struct nftnl_rule *rule);
void nft_end_verdict(const struct nft_making *making, struct nftnl_rule *rule, int verdict);
void nft_end_goto(const struct nft_making *making, struct nftnl_rule *rule, const char *chain);

/* Rewrites the source of packets that the rule routed into its network `nat`. Leaves packets whose
 * source another program changed. */
void nft_make_nat(const struct nft_making *making);
/* Rewrites the destination of packets that match a NAT route. */
void nft_make_nat_route(const struct nft_making *making);
/*
 * An ICMP error that the router itself sends quotes a packet as translated by the NAT route:
 * restores the destination that the sender knows. Only for senders that sent something to the
 * route.
 */
void nft_make_own_errors(const struct nft_making *making);

/* Drops packets that should be masqueraded but were not translated. */
void nft_make_guard(const struct nft_making *making);
/* Rules of the base chains of forwarded ports; of the ports of an entry; for packets that pass a
 * valve; for packets that leave by their input device. */
void nft_make_ports(const struct nft_making *making);
void nft_make_port(const struct nft_making *making);
void nft_make_pass(const struct nft_making *making);
void nft_make_loop(const struct nft_making *making);
/* Rules of the base chains of `reply`; for the mark of a connection that comes in by its device;
 * for the mark of its replies. */
void nft_make_mark(const struct nft_making *making);
void nft_make_arrived(const struct nft_making *making);
void nft_make_answer(const struct nft_making *making);

#endif
