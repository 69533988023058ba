/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes rules that forward ports, and others for them: valves let these packets pass, and packets
 * that leave by their input device get the router's address, so that replies come back here. */
#include "netlink/nft_making.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>

#include "netlink/nft_expression.h"

void nft_make_ports(const struct nft_making *making)
{
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_map_service(rule, making->header->destination, making->header->size,
		nft_sets[NFT_FORWARDS].name);
	nft_end_rule(making, rule);
}

void nft_make_port(const struct nft_making *making)
{
	const struct service *service = &making->binding->service;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_do_remember_device(rule, nft_sets[NFT_LOOPS].name);
	nft_end_rule(making, rule);
	rule = nft_begin_rule(making);
	nft_match_protocol(rule, service->protocol);
	nft_do_destination(rule, &making->binding->nat, service->to);
	nft_end_rule(making, rule);
}

static struct nftnl_rule *begin_forwarded(const struct nft_making *making)
{
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_track(rule, NFT_CT_STATUS, IPS_DST_NAT, true);
	nft_match_address_in(rule, making->header->destination, making->header->size,
		nft_sets[NFT_FORWARDED].name);
	return rule;
}

void nft_make_pass(const struct nft_making *making)
{
	nft_end_verdict(making, begin_forwarded(making), NFT_RETURN);
}

void nft_make_loop(const struct nft_making *making)
{
	struct nftnl_rule *rule = begin_forwarded(making);

	nft_match_devices_in(rule, nft_sets[NFT_LOOPS].name);
	nft_do_masquerade(rule);
	nft_end_rule(making, rule);
}
