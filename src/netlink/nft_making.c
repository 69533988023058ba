/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes rules that rewrite addresses without state, in packets and in those that ICMP errors
 * quote. */
#include "netlink/nft_making.h"

#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <libnftnl/rule.h>

#include "kind/net_map.h"
#include "netlink/nft_expression.h"

/*
 * The checksum of the inner IPv4 header absorbs the change of an address in it, so the ICMP
 * checksum stays. Inner IPv6 headers have no checksum, so that of ICMPv6 changes.
 */
const struct nft_header nft_header4 = {
	.source = offsetof(struct iphdr, saddr),
	.destination = offsetof(struct iphdr, daddr),
	.sum = offsetof(struct iphdr, check),
	.size = 4,
	.icmp = IPPROTO_ICMP,
	.inner = 8,
	.inner_sum = 8 + offsetof(struct iphdr, check),
	.errors = {{3, 5}, {11, 12}},
	.error_ranges = 2,
};
const struct nft_header nft_header6 = {
	.source = offsetof(struct ip6_hdr, ip6_src),
	.destination = offsetof(struct ip6_hdr, ip6_dst),
	.size = 16,
	.icmp = IPPROTO_ICMPV6,
	.inner = 8,
	.inner_sum = 2,
	.errors = {{1, 4}},
	.error_ranges = 1,
};

struct nftnl_rule *nft_begin_rule(const struct nft_making *making)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();

	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, NFT_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, making->chain->name);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, making->chain->family);
	return rule;
}

void nft_end_rule(const struct nft_making *making, struct nftnl_rule *rule)
{
	making->each(rule, making->comment, making->context);
	nftnl_rule_free(rule);
}

void nft_end_verdict(const struct nft_making *making, struct nftnl_rule *rule, int verdict)
{
	nft_do_verdict(rule, verdict);
	nft_end_rule(making, rule);
}

void nft_end_goto(const struct nft_making *making, struct nftnl_rule *rule, const char *chain)
{
	nft_do_goto(rule, chain);
	nft_end_rule(making, rule);
}

/*
 * RFC 6296: the kernel adapts one word of the address so that its sum stays, as it adapts the
 * checksum of a header; but where it writes 0xffff, 0 is needed. `begin` makes a rule that matches
 * the packets; translated ones do not match the later rules.
 */
static void make_neutral(const struct nft_making *making, uint32_t base, uint32_t offset,
	const struct prefix *from, const struct prefix *to,
	struct nftnl_rule *(*begin)(const struct nft_making *making, int range), int range)
{
	uint8_t words[NET_WORDS];
	uint16_t difference = 0;
	int count = net_words(from, to, words, &difference);

	for (int i = 0; i < count; i++) {
		struct nft_address place = {.base = base, .offset = offset};
		uint32_t word = offset + words[i];
		struct nftnl_rule *rule = begin(making, range);

		nft_match_address(rule, base, offset, from);
		nft_match_word(rule, base, word, (uint16_t)~difference, true);
		nft_match_word(rule, base, word, 0xffff, false);
		nft_do_clear(rule, base, word);
		nft_do_translate_front(rule, &place, to, words[0]);
		nft_end_rule(making, rule);
		rule = begin(making, range);
		place.sum = word;
		nft_match_address(rule, base, offset, from);
		nft_match_word(rule, base, word, 0xffff, false);
		nft_do_translate_front(rule, &place, to, words[0]);
		nft_end_rule(making, rule);
	}
}

static bool is_neutral(const struct prefix *from, const struct prefix *to)
{
	uint8_t words[NET_WORDS];
	uint16_t difference;

	return net_words(from, to, words, &difference) > 0;
}

/*
 * Rewrites an address in the packet that an ICMP error quotes, which went the other way, from
 * `from` to `to`: one rule for each range of types.
 */
static struct nftnl_rule *begin_inner(const struct nft_making *making, int range)
{
	const struct nft_header *header = making->header;
	struct nftnl_rule *rule = nft_begin_rule(making);
	char recent[NFT_NAME_MAX];

	nft_match_protocol(rule, header->icmp);
	nft_match_byte(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, header->errors[range].least,
		header->errors[range].most);
	if (making->chain->kind == NFT_ERRORS) {
		nft_recent_name(recent, making->key);
		nft_match_address_in(rule, header->destination, header->size, recent);
	}
	return rule;
}

static void make_inner(const struct nft_making *making, uint32_t address, const struct prefix *from,
	const struct prefix *to)
{
	const struct nft_header *header = making->header;
	const struct nft_address place = {
		.base = NFT_PAYLOAD_TRANSPORT_HEADER,
		.offset = header->inner + address,
		.sum = header->inner_sum,
	};

	for (int i = 0; i < header->error_ranges; i++) {
		struct nftnl_rule *rule;

		if (is_neutral(from, to)) {
			make_neutral(making, place.base, place.offset, from, to, begin_inner, i);
			continue;
		}
		rule = begin_inner(making, i);
		nft_match_address(rule, place.base, place.offset, from);
		nft_do_translate(rule, &place, to);
		nft_end_rule(making, rule);
	}
}

static struct nftnl_rule *begin_plain(const struct nft_making *making, int range)
{
	(void)range;
	return nft_begin_rule(making);
}

/* Does not let addresses without a translation pass. */
static void make_outer_neutral(
	const struct nft_making *making, uint32_t address, const struct prefix *from)
{
	struct nftnl_rule *rule;

	make_neutral(making, NFT_PAYLOAD_NETWORK_HEADER, address, from, &making->binding->nat,
		begin_plain, 0);
	rule = nft_begin_rule(making);
	nft_match_address(rule, NFT_PAYLOAD_NETWORK_HEADER, address, from);
	nft_end_verdict(making, rule, NF_DROP);
}

/* `from`: the addresses to rewrite. */
static void make_outer(const struct nft_making *making, uint32_t address, const struct prefix *from)
{
	const struct nft_address place = {
		.base = NFT_PAYLOAD_NETWORK_HEADER,
		.offset = address,
		.sum = making->header->sum,
		.pseudo = true,
	};
	struct nftnl_rule *rule;

	if (is_neutral(from, &making->binding->nat)) {
		make_outer_neutral(making, address, from);
		return;
	}
	rule = nft_begin_rule(making);
	nft_match_address(rule, place.base, place.offset, from);
	nft_do_translate(rule, &place, &making->binding->nat);
	nft_end_verdict(making, rule, NF_ACCEPT);
}

void nft_make_nat(const struct nft_making *making)
{
	const struct prefix *source = &making->binding->source;

	make_inner(making, making->header->destination, source, &making->binding->nat);
	make_outer(making, making->header->source, source);
}

void nft_make_nat_route(const struct nft_making *making)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule = nft_begin_rule(making);
	char recent[NFT_NAME_MAX];

	nft_recent_name(recent, making->key);
	nft_do_remember(rule, making->header->source, making->header->size, recent);
	nft_end_rule(making, rule);
	make_inner(making, making->header->source, &binding->route, &binding->nat);
	make_outer(making, making->header->destination, &binding->route);
}

void nft_make_own_errors(const struct nft_making *making)
{
	make_inner(making, making->header->destination, &making->binding->nat,
		&making->binding->route);
}

/*
 * Packets that a rule routed and connection tracking did not translate may leave only with an
 * address of their output device: flows older than the rule, and packets without a flow.
 */
void nft_make_guard(const struct nft_making *making)
{
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_track(
		rule, NFT_CT_STATE, NF_CT_STATE_INVALID_BIT | NF_CT_STATE_UNTRACKED_BIT, true);
	nft_match_foreign_source(rule);
	nft_end_verdict(making, rule, NF_DROP);
	for (int direction = IP_CT_DIR_ORIGINAL; direction < IP_CT_DIR_MAX; direction++) {
		rule = nft_begin_rule(making);
		nft_match_direction(rule, (uint8_t)direction);
		nft_match_track(rule, NFT_CT_STATUS,
			direction == IP_CT_DIR_ORIGINAL ? IPS_SRC_NAT : IPS_DST_NAT, false);
		nft_match_foreign_source(rule);
		nft_end_verdict(making, rule, NF_DROP);
	}
}
