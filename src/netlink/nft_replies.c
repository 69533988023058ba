/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes rules that mark connections and their replies. */
#include "netlink/nft_making.h"

#include <linux/netfilter/nf_conntrack_tuple_common.h>

#include "netlink/nft_expression.h"

/*
 * A connection keeps the mark of its first input device. Other programs may copy the mark of a
 * connection to all its packets: removes it from those that are no replies.
 */
void nft_make_mark(const struct nft_making *making)
{
	uint32_t mask = making->chain->mask;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_direction(rule, IP_CT_DIR_REPLY);
	nft_map_track_mark(rule, mask, nft_sets[NFT_ANSWERS].name);
	nft_end_rule(making, rule);
	if (making->chain->kind == NFT_MARK_OUTPUT)
		return;
	rule = nft_begin_rule(making);
	nft_match_direction(rule, IP_CT_DIR_ORIGINAL);
	nft_match_mark_in(rule, mask, nft_sets[NFT_MARKS].name);
	nft_do_mark(rule, mask, 0);
	nft_end_rule(making, rule);
	rule = nft_begin_rule(making);
	nft_match_direction(rule, IP_CT_DIR_ORIGINAL);
	nft_match_track_mark(rule, mask, 0);
	nft_map_device(rule, nft_sets[NFT_ARRIVALS].name);
	nft_end_rule(making, rule);
}

void nft_make_arrived(const struct nft_making *making)
{
	const struct reply *reply = &making->binding->reply;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_do_track_mark(rule, reply->mask, reply->value);
	nft_end_rule(making, rule);
}

void nft_make_answer(const struct nft_making *making)
{
	const struct reply *reply = &making->binding->reply;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_do_mark(rule, reply->mask, reply->value);
	nft_end_rule(making, rule);
}
