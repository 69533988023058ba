/* What a binding means in nftables. `rt classid` is explained in model/binding.h. */
#include "netlink/nft_rules.h"

#include <arpa/inet.h>
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

#define PREROUTING  "prerouting"
#define FORWARD     "forward"
#define POSTROUTING "postrouting"
#define TRANSLATE   "translate"

/*
 * Ours come before what others have at the usual places: masquerade before srcnat (100), valve
 * before filter (0). What is stateless stands outside of connection tracking: NAT routes before it
 * (-200), NAT behind it, so that it and a firewall see inside addresses only.
 */
const struct nft_chain nft_chains[] = {
	{PREROUTING, "filter", NF_INET_PRE_ROUTING, -300},
	{FORWARD, "filter", NF_INET_FORWARD, -1},
	{POSTROUTING, "nat", NF_INET_POST_ROUTING, 99},
	{TRANSLATE, "filter", NF_INET_POST_ROUTING, 300},
	{NULL, NULL, 0, 0},
};

/* Where things are in the packets of a family. */
struct header {
	uint32_t source, destination, sum;
	uint8_t icmp;
	uint32_t inner;     /* offset of the header that an ICMP error carries */
	uint32_t inner_sum; /* in the ICMP error: the sum that follows a change of that header */
	struct {
		uint8_t least, most;
	} errors[2]; /* types of ICMP errors */
	int error_ranges;
};

/*
 * The sum of the inner IPv4 header absorbs the change of an address in it, so that the ICMP sum
 * needs none. Inner IPv6 headers have no sum: there ICMPv6's own follows.
 */
static const struct header header4 = {
	.source = offsetof(struct iphdr, saddr),
	.destination = offsetof(struct iphdr, daddr),
	.sum = offsetof(struct iphdr, check),
	.icmp = IPPROTO_ICMP,
	.inner = 8,
	.inner_sum = 8 + offsetof(struct iphdr, check),
	.errors = {{3, 5}, {11, 12}},
	.error_ranges = 2,
};
static const struct header header6 = {
	.source = offsetof(struct ip6_hdr, ip6_src),
	.destination = offsetof(struct ip6_hdr, ip6_dst),
	.icmp = IPPROTO_ICMPV6,
	.inner = 8,
	.inner_sum = 2,
	.errors = {{1, 4}},
	.error_ranges = 1,
};

struct making {
	const struct nft_entry *entry;
	const struct binding *binding;
	const struct header *header;
	void (*each)(struct nftnl_rule *rule, void *context);
	void *context;
};

static struct nftnl_rule *begin(const struct making *making, const char *chain)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();

	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, NFT_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY,
		making->binding->family == AF_INET6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
	return rule;
}

static void finish(const struct making *making, struct nftnl_rule *rule)
{
	making->each(rule, making->context);
	nftnl_rule_free(rule);
}

static void finish_verdict(const struct making *making, struct nftnl_rule *rule, int verdict)
{
	nft_do_verdict(rule, verdict);
	finish(making, rule);
}

static bool by_selectors(const struct binding *binding)
{
	return binding->shared.given || !binding->realm.given;
}

/* What the rule routed. */
static struct nftnl_rule *begin_routed(const struct making *making, const char *chain)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule = begin(making, chain);

	if (binding->realm.given)
		nft_match_class(rule, 0xffff, binding->realm.value);
	if (!by_selectors(binding))
		return rule;
	nft_match_forwarded(rule, true);
	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->source, &binding->source);
	nft_match_address(rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination,
		&binding->destination);
	if (binding->input.given)
		nft_match_device(rule, NFT_META_IIFNAME, binding->input.name);
	return rule;
}

/* What would be answered through the rule: its selectors the other way round. */
static struct nftnl_rule *begin_answered(const struct making *making)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule = begin(making, FORWARD);

	if (binding->realm.given)
		nft_match_class(rule, 0xffff0000, binding->realm.value << 16);
	if (!by_selectors(binding))
		return rule;
	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination, &binding->source);
	nft_match_address(
		rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->source, &binding->destination);
	if (binding->input.given)
		nft_match_device(rule, NFT_META_OIFNAME, binding->input.name);
	return rule;
}

/* Packets of this rule are none of those behind it. */
static void keep_from_later(const struct making *making)
{
	finish_verdict(making, begin_routed(making, POSTROUTING), NFT_RETURN);
	finish_verdict(making, begin_routed(making, TRANSLATE), NFT_RETURN);
	finish_verdict(making, begin_answered(making), NFT_RETURN);
}

/* A flow that begins, or a packet of none: without a record of the flow there is no telling. */
static void make_valve(const struct making *making)
{
	struct nftnl_rule *rule = begin_answered(making);

	nft_match_track(rule, NFT_CT_STATE,
		NF_CT_STATE_BIT(IP_CT_NEW) | NF_CT_STATE_INVALID_BIT | NF_CT_STATE_UNTRACKED_BIT,
		true);
	finish_verdict(making, rule, NF_DROP);
}

/*
 * A nat chain sees the first packet of each flow only: one event for each. The kernel does not run
 * it without something that asks for connection tracking.
 */
static void make_log(const struct making *making)
{
	struct nftnl_rule *rule = begin_routed(making, POSTROUTING);
	char prefix[32];

	nft_match_track(rule, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_NEW), true);
	snprintf(prefix, sizeof prefix, "rule %u ", making->binding->preference.value);
	nft_do_log(rule, NFT_LOG_GROUP, prefix);
	finish(making, rule);
}

/*
 * What the rule routed and connection tracking did not translate does not leave, but with an
 * address of the device it leaves by: flows older than the rule, packets that belong to no flow.
 */
static void make_guard(const struct making *making)
{
	struct nftnl_rule *rule = begin_routed(making, TRANSLATE);

	nft_match_track(
		rule, NFT_CT_STATE, NF_CT_STATE_INVALID_BIT | NF_CT_STATE_UNTRACKED_BIT, true);
	nft_match_foreign_source(rule);
	finish_verdict(making, rule, NF_DROP);
	for (int direction = IP_CT_DIR_ORIGINAL; direction < IP_CT_DIR_MAX; direction++) {
		rule = begin_routed(making, TRANSLATE);
		nft_match_direction(rule, (uint8_t)direction);
		nft_match_track(rule, NFT_CT_STATUS,
			direction == IP_CT_DIR_ORIGINAL ? IPS_SRC_NAT : IPS_DST_NAT, false);
		nft_match_foreign_source(rule);
		finish_verdict(making, rule, NF_DROP);
	}
}

static void make_masquerade(const struct making *making)
{
	struct nftnl_rule *rule = begin_routed(making, POSTROUTING);

	nft_do_masquerade(rule);
	finish(making, rule);
	make_guard(making);
}

/*
 * Inside ICMP errors, an address of the packet that they speak of, which went the other way: one
 * rule for each range of types. `from`: the addresses there that are meant.
 */
static void make_inner(const struct making *making,
	struct nftnl_rule *(*start)(const struct making *), uint32_t address,
	const struct prefix *from)
{
	const struct header *header = making->header;
	const struct nft_place place = {
		.base = NFT_PAYLOAD_TRANSPORT_HEADER,
		.offset = header->inner + address,
		.sum = header->inner_sum,
	};

	for (int i = 0; i < header->error_ranges; i++) {
		struct nftnl_rule *rule = start(making);

		nft_match_protocol(rule, header->icmp);
		nft_match_byte(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, header->errors[i].least,
			header->errors[i].most);
		nft_match_address(rule, place.base, place.offset, from);
		nft_do_translate(rule, &place, &making->binding->nat);
		finish(making, rule);
	}
}

static void translate(
	const struct making *making, struct nftnl_rule *rule, uint32_t address, int verdict)
{
	const struct nft_place place = {
		.base = NFT_PAYLOAD_NETWORK_HEADER,
		.offset = address,
		.sum = making->header->sum,
		.pseudo = true,
	};

	nft_do_translate(rule, &place, &making->binding->nat);
	finish_verdict(making, rule, verdict);
}

static struct nftnl_rule *begin_source(const struct making *making)
{
	return begin_routed(making, TRANSLATE);
}

static struct nftnl_rule *begin_destination(const struct making *making)
{
	struct nftnl_rule *rule = begin(making, PREROUTING);

	nft_match_address(rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->destination,
		&making->binding->route);
	return rule;
}

/* The source of what the rule routed. A packet whose source somebody else changed is left alone. */
static void make_nat(const struct making *making)
{
	const struct binding *binding = making->binding;
	struct nftnl_rule *rule;

	make_inner(making, begin_source, making->header->destination, &binding->source);
	rule = begin_source(making);
	if (!by_selectors(binding))
		nft_match_address(
			rule, NFT_PAYLOAD_NETWORK_HEADER, making->header->source, &binding->source);
	translate(making, rule, making->header->source, NF_ACCEPT);
}

static void make_nat_route(const struct making *making)
{
	make_inner(making, begin_destination, making->header->source, &making->binding->route);
	translate(making, begin_destination(making), making->header->destination, NF_ACCEPT);
}

/* Realms of the tool's own have their highest bit. */
void nft_rules_begin(const struct nft_chain *chain, uint32_t family,
	void (*each)(struct nftnl_rule *rule, void *context), void *context)
{
	bool answered = chain->hook == NF_INET_FORWARD;
	struct nftnl_rule *rule;

	if (family != NFPROTO_IPV4 || chain->hook == NF_INET_PRE_ROUTING)
		return;
	rule = nftnl_rule_alloc();
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, NFT_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain->name);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, family);
	nft_match_class(rule, answered ? (uint32_t)REALM_FIRST << 16 : REALM_FIRST, 0);
	nft_do_verdict(rule, NFT_RETURN);
	each(rule, context);
	nftnl_rule_free(rule);
}

void nft_rules_make(const struct nft_entry *entry,
	void (*each)(struct nftnl_rule *rule, void *context), void *context)
{
	const struct binding *binding = &entry->binding;
	const struct making making = {
		.entry = entry,
		.binding = binding,
		.header = binding->family == AF_INET6 ? &header6 : &header4,
		.each = each,
		.context = context,
	};

	if (binding->route.given) {
		make_nat_route(&making);
		return;
	}
	if (binding->valve.given)
		make_valve(&making);
	if (binding->log.given)
		make_log(&making);
	if (binding->masquerade.given)
		make_masquerade(&making);
	if (binding->nat.given)
		make_nat(&making);
	if (by_selectors(binding))
		keep_from_later(&making);
}
