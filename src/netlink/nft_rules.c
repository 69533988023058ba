/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the rules of the chains. model/binding.h explains `rt classid`. */
#include "netlink/nft_rules.h"

#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <libnftnl/rule.h>

#include "netlink/nft_expression.h"
#include "netlink/nft_making.h"

/* All rules have a comment, so that foreign rules among them are found. */
#define FRAME_COMMENT "iproute"

/* ---- base chains: look up the packet's realm ---- */

static bool looks_into(const struct nft_making *making, enum nft_set_kind set)
{
	return making->chain->sets & 1U << set;
}

/* Realms of this program have the highest bit set: other packets leave at once. */
static void begin_chain(const struct nft_making *making, uint32_t bit)
{
	struct nftnl_rule *rule;

	if (making->chain->family == NFPROTO_IPV4) {
		rule = nft_begin_rule(making);
		nft_match_class(rule, bit, 0);
		nft_end_verdict(making, rule, NFT_RETURN);
	}
}

/*
 * Accepts packets that the router itself sends to neighbours: the kernel gives them an input
 * device, as if they were forwarded (ndisc_send_skb(), igmp). A forwarded IPv6 packet has a hop
 * limit below 255.
 */
static void pass_link_scope(const struct nft_making *making)
{
	static const struct prefix link4 = {
		.given = true, .family = AF_INET, .length = 24, .bytes = {224}};
	static const struct prefix link6 = {
		.given = true, .family = AF_INET6, .length = 16, .bytes = {0xff, 0x02}};
	bool six = making->chain->family == NFPROTO_IPV6;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_address(rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination,
		six ? &link6 : &link4);
	nft_end_verdict(making, rule, NFT_RETURN);
	if (!six)
		return;
	rule = nft_begin_rule(making);
	nft_match_byte(
		rule, NFT_PAYLOAD_NETWORK_HEADER, offsetof(struct ip6_hdr, ip6_hlim), 255, 255);
	nft_end_verdict(making, rule, NFT_RETURN);
}

static void make_way(const struct nft_making *making, enum nft_set_kind set, uint32_t mask)
{
	struct nftnl_rule *rule;

	if (!looks_into(making, set))
		return;
	rule = nft_begin_rule(making);
	nft_map_class(rule, mask, nft_sets[set].name);
	nft_end_rule(making, rule);
}

static struct nftnl_rule *begin_in_set(
	const struct nft_making *making, enum nft_set_kind set, uint32_t mask)
{
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_class_in(rule, mask, nft_sets[set].name);
	return rule;
}

/* The longest prefix wins, as among routes. */
static void make_prerouting(const struct nft_making *making)
{
	const struct nft_header *header = making->header;
	char name[NFT_NAME_MAX];

	for (int length = 128; length >= 0; length--) {
		struct nftnl_rule *rule;

		if (!nft_has_length(making->chain->lengths, length))
			continue;
		rule = nft_begin_rule(making);
		nft_set_name(name, NFT_ROUTES, (uint8_t)length);
		nft_map_address(rule, header->destination, header->size, length, name);
		nft_end_rule(making, rule);
	}
}

/*
 * A nat chain sees only the first packet of each flow, so it logs one event per flow. The kernel
 * runs it only if something needs connection tracking.
 */
static void finish_log(const struct nft_making *making, struct nftnl_rule *rule)
{
	char prefix[32];

	nft_match_track(rule, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_NEW), true);
	snprintf(prefix, sizeof prefix, "rule %u ", making->binding->preference.value);
	nft_do_log(rule, NFT_LOG_GROUP, prefix);
	nft_end_rule(making, rule);
}

/* Matches the start of a flow or a packet without a flow, which can't be distinguished. */
static void match_beginning(struct nftnl_rule *rule)
{
	nft_match_track(rule, NFT_CT_STATE,
		NF_CT_STATE_BIT(IP_CT_NEW) | NF_CT_STATE_INVALID_BIT | NF_CT_STATE_UNTRACKED_BIT,
		true);
}

static void make_forward(const struct nft_making *making)
{
	struct nftnl_rule *rule;

	if (looks_into(making, NFT_FORWARDED))
		nft_make_pass(making);
	begin_chain(making, (uint32_t)REALM_FIRST << 16);
	if (looks_into(making, NFT_VALVES)) {
		rule = begin_in_set(making, NFT_VALVES, 0xffff0000);
		match_beginning(rule);
		nft_end_verdict(making, rule, NF_DROP);
	}
	make_way(making, NFT_ANSWERED, 0xffff0000);
}

static void make_postrouting(const struct nft_making *making)
{
	struct nftnl_rule *rule;

	if (looks_into(making, NFT_LOOPS))
		nft_make_loop(making);
	begin_chain(making, REALM_FIRST);
	pass_link_scope(making);
	make_way(making, NFT_LOGGED, 0xffff);
	/* Entries with a source of their own are in the set, too, for the guard. */
	make_way(making, NFT_SOURCES, 0xffff);
	if (looks_into(making, NFT_MASQUERADED)) {
		rule = begin_in_set(making, NFT_MASQUERADED, 0xffff);
		nft_do_masquerade(rule);
		nft_end_rule(making, rule);
	}
}

/* The router itself may send an error about a packet that a NAT route translated. */
static void pass_own_errors(const struct nft_making *making)
{
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_forwarded(rule, false);
	nft_match_protocol(rule, making->header->icmp);
	nft_do_jump(rule, "errors");
	nft_end_rule(making, rule);
}

static void make_translate(const struct nft_making *making)
{
	if (looks_into(making, NFT_RECENT))
		pass_own_errors(making);
	begin_chain(making, REALM_FIRST);
	pass_link_scope(making);
	/* The lookup counts the packet. */
	if (looks_into(making, NFT_RULES))
		nft_end_rule(making, begin_in_set(making, NFT_RULES, 0xffff));
	if (looks_into(making, NFT_MASQUERADED))
		nft_end_goto(making, begin_in_set(making, NFT_MASQUERADED, 0xffff), "guard");
	make_way(making, NFT_TRANSLATED, 0xffff);
}

/* ---- rules distinguished by their selectors ---- */

/* Matches the packets that the entry's rule routed. */
static struct nftnl_rule *begin_routed(const struct nft_making *making)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_forwarded(rule, true);
	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->source, &binding->source);
	nft_match_address(rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination,
		&binding->destination);
	if (binding->input.given)
		nft_match_device(rule, NFT_META_IIFNAME, binding->input.name);
	if (binding->reply.given)
		nft_match_mark(rule, binding->reply.mask, binding->reply.value);
	return rule;
}

/* Matches packets whose replies the rule would route: its selectors in the other direction. */
static struct nftnl_rule *begin_answered(const struct nft_making *making)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule = nft_begin_rule(making);

	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination, &binding->source);
	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->source, &binding->destination);
	if (binding->input.given)
		nft_match_device(rule, NFT_META_OIFNAME, binding->input.name);
	return rule;
}

/*
 * In each chain, packets of this rule do not reach later rules. But a rule with `reply`, which has
 * no valve, leaves the valves of later rules in force; the realm that the kernel finds for the
 * answer, without its mark, is that of the later rule, too.
 */
static void make_member_forward(const struct nft_making *making)
{
	struct nftnl_rule *rule;

	if (making->binding->valve.given) {
		rule = begin_answered(making);
		match_beginning(rule);
		nft_end_verdict(making, rule, NF_DROP);
	}
	if (!making->binding->reply.given)
		nft_end_verdict(making, begin_answered(making), NFT_RETURN);
}

/*
 * Sets the source of a flow in connection tracking, which the first chain decides. Packets that
 * `nat` rewrites later keep their source here, or the masquerade of a firewall would change it. nft
 * accepts ports only after a match of the protocol.
 */
static void make_source(
	const struct nft_making *making, struct nftnl_rule *(*start)(const struct nft_making *))
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	struct masquerade source = making->binding->masquerade;
	struct nftnl_rule *rule;

	for (size_t i = 0; source.first_port && i < sizeof protocols; i++) {
		rule = start(making);
		nft_match_protocol(rule, protocols[i]);
		nft_do_source(rule, &source);
		nft_end_rule(making, rule);
	}
	source.first_port = 0;
	rule = start(making);
	if (making->binding->nat.given)
		nft_do_keep_source(rule, making->header->source, making->header->size);
	else if (source.family)
		nft_do_source(rule, &source);
	else
		nft_do_masquerade(rule);
	nft_end_rule(making, rule);
}

static void make_member_postrouting(const struct nft_making *making)
{
	if (making->binding->log.given)
		finish_log(making, begin_routed(making));
	if (making->binding->masquerade.given || making->binding->nat.given)
		make_source(making, begin_routed);
	else
		nft_end_verdict(making, begin_routed(making), NFT_RETURN);
}

static void make_member_translate(const struct nft_making *making, uint32_t key)
{
	struct nftnl_rule *rule = begin_routed(making);
	char chain[NFT_NAME_MAX];

	nft_do_count(rule, key, nft_sets[NFT_RULES].name);
	if (making->binding->masquerade.given) {
		nft_end_goto(making, rule, "guard");
	} else if (making->binding->nat.given) {
		snprintf(chain, sizeof chain, "nat-%u", key);
		nft_end_goto(making, rule, chain);
	} else {
		nft_end_verdict(making, rule, NFT_RETURN);
	}
}

/* ---- all of them ---- */

static void make_member(struct nft_making *making, const struct nft_entry *entry)
{
	making->binding = &entry->binding;
	making->comment = entry->comment;
	making->key = entry->key;
	switch (making->chain->kind) {
	case NFT_FORWARD:
	case NFT_CLASS_FORWARD:
		make_member_forward(making);
		break;
	case NFT_POSTROUTING:
	case NFT_CLASS_POSTROUTING:
		make_member_postrouting(making);
		break;
	case NFT_TRANSLATE:
	case NFT_CLASS_TRANSLATE:
		make_member_translate(making, entry->key);
		break;
	case NFT_PORT:
		nft_make_port(making);
		break;
	case NFT_ARRIVED:
		nft_make_arrived(making);
		break;
	case NFT_ANSWER:
		nft_make_answer(making);
		break;
	case NFT_LOG:
		finish_log(making, nft_begin_rule(making));
		break;
	case NFT_ERRORS:
		nft_make_own_errors(making);
		break;
	case NFT_SOURCE:
		make_source(making, nft_begin_rule);
		break;
	case NFT_NAT:
		nft_make_nat(making);
		break;
	case NFT_ROUTE:
		nft_make_nat_route(making);
		break;
	default:
		break;
	}
}

/* Makes the rules before those of the entries. */
static void make_frame(const struct nft_making *making)
{
	switch (making->chain->kind) {
	case NFT_PREROUTING:
		make_prerouting(making);
		break;
	case NFT_PORTS:
	case NFT_PORTS_OUTPUT:
		nft_make_ports(making);
		break;
	case NFT_MARK:
	case NFT_MARK_OUTPUT:
		nft_make_mark(making);
		break;
	case NFT_FORWARD:
		make_forward(making);
		break;
	case NFT_POSTROUTING:
		make_postrouting(making);
		break;
	case NFT_TRANSLATE:
		make_translate(making);
		break;
	case NFT_GUARD:
		nft_make_guard(making);
		break;
	default:
		break;
	}
}

void nft_rules_make(const struct nft_plan *plan, const struct nft_chain *chain,
	void (*each)(struct nftnl_rule *rule, const char *comment, void *context), void *context)
{
	struct nft_making making = {
		.plan = plan,
		.chain = chain,
		.header = chain->family == NFPROTO_IPV6 ? &nft_header6 : &nft_header4,
		.each = each,
		.context = context,
	};

	making.comment = FRAME_COMMENT;
	make_frame(&making);
	for (size_t i = 0; i < chain->count; i++)
		make_member(&making, *(const struct nft_entry *const *)vector_at(
					     &plan->members, chain->first + i));
}
