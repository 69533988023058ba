/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of nftables rules, by libnftnl. Every match loads into register 1 and compares. */
#include "netlink/nft_expression.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

#include "kind/address_text.h"
#include "netlink/nft_register.h"

enum { LOG_SNAPLEN = 96 }; /* bytes of a logged packet: its headers */

static const uint8_t zeroes[16];

void nft_match_class(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	nft_load_class(rule, mask, 0);
	nft_compare(rule, NFT_CMP_EQ, &value, sizeof value);
}

void nft_match_class_in(struct nftnl_rule *rule, uint32_t mask, const char *set)
{
	nft_load_class(rule, mask, 0);
	nft_look_up(rule, set, false);
}

void nft_match_forwarded(struct nftnl_rule *rule, bool forwarded)
{
	nft_load_meta(rule, NFT_META_IIF);
	nft_compare(rule, forwarded ? NFT_CMP_NEQ : NFT_CMP_EQ, zeroes, sizeof(uint32_t));
}

void nft_match_device(struct nftnl_rule *rule, uint32_t key, const char *name)
{
	char whole[IFNAMSIZ] = "";

	snprintf(whole, sizeof whole, "%s", name);
	nft_load_meta(rule, key);
	nft_compare(rule, NFT_CMP_EQ, whole, sizeof whole);
}

void nft_match_track(struct nftnl_rule *rule, uint32_t key, uint32_t bits, bool has)
{
	nft_load_track(rule, key);
	nft_bitwise(rule, &bits, zeroes, sizeof bits);
	nft_compare(rule, has ? NFT_CMP_NEQ : NFT_CMP_EQ, zeroes, sizeof bits);
}

void nft_match_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	nft_load_mark(rule, false, mask, 0);
	nft_compare(rule, NFT_CMP_EQ, &value, sizeof value);
}

void nft_match_track_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	nft_load_mark(rule, true, mask, 0);
	nft_compare(rule, NFT_CMP_EQ, &value, sizeof value);
}

void nft_match_mark_in(struct nftnl_rule *rule, uint32_t mask, const char *set)
{
	nft_load_mark(rule, false, mask, 0);
	nft_look_up(rule, set, false);
}

void nft_match_direction(struct nftnl_rule *rule, uint8_t direction)
{
	nft_load_track(rule, NFT_CT_DIRECTION);
	nft_compare(rule, NFT_CMP_EQ, &direction, sizeof direction);
}

void nft_match_foreign_source(struct nftnl_rule *rule)
{
	static const uint32_t local = 2; /* RTN_LOCAL */
	struct nftnl_expr *expression = nft_add(rule, "fib");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_FLAGS, NFTA_FIB_F_SADDR | NFTA_FIB_F_OIF);
	nft_compare(rule, NFT_CMP_NEQ, &local, sizeof local);
}

void nft_match_protocol(struct nftnl_rule *rule, uint8_t protocol)
{
	nft_load_meta(rule, NFT_META_L4PROTO);
	nft_compare(rule, NFT_CMP_EQ, &protocol, sizeof protocol);
}

void nft_match_byte(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint8_t least, uint8_t most)
{
	struct nftnl_expr *expression;

	nft_load_payload(rule, base, offset, sizeof least);
	expression = nft_add(rule, "range");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RANGE_OP, NFT_RANGE_EQ);
	nftnl_expr_set(expression, NFTNL_EXPR_RANGE_FROM_DATA, &least, sizeof least);
	nftnl_expr_set(expression, NFTNL_EXPR_RANGE_TO_DATA, &most, sizeof most);
}

/* Sets the network bits of a prefix of this length, or its host bits if `hosts`. */
static void prefix_mask(int length, bool hosts, uint8_t mask[16])
{
	for (int bit = 0; bit < 128; bit++) {
		if ((bit >= length) == hosts)
			mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	}
}

void nft_match_address(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, const struct prefix *prefix)
{
	uint32_t size = (uint32_t)address_size(prefix->family);
	uint8_t mask[16] = {0};

	if (!prefix->given || !prefix->length)
		return;
	prefix_mask(prefix->length, false, mask);
	nft_load_payload(rule, base, offset, size);
	if (prefix->length < size * 8)
		nft_bitwise(rule, mask, zeroes, size);
	nft_compare(rule, NFT_CMP_EQ, prefix->bytes, size);
}

void nft_do_verdict(struct nftnl_rule *rule, int verdict)
{
	struct nftnl_expr *expression = nft_add(rule, "immediate");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
}

static void go(struct nftnl_rule *rule, int how, const char *chain)
{
	struct nftnl_expr *expression = nft_add(rule, "immediate");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_VERDICT, (uint32_t)how);
	nftnl_expr_set_str(expression, NFTNL_EXPR_IMM_CHAIN, chain);
}

void nft_do_goto(struct nftnl_rule *rule, const char *chain)
{
	go(rule, NFT_GOTO, chain);
}

void nft_do_jump(struct nftnl_rule *rule, const char *chain)
{
	go(rule, NFT_JUMP, chain);
}

void nft_map_class(struct nftnl_rule *rule, uint32_t mask, const char *map)
{
	nft_load_class(rule, mask, 0);
	nft_look_up(rule, map, true);
}

void nft_map_device(struct nftnl_rule *rule, const char *map)
{
	nft_load_meta(rule, NFT_META_IIFNAME);
	nft_look_up(rule, map, true);
}

void nft_map_track_mark(struct nftnl_rule *rule, uint32_t mask, const char *map)
{
	nft_load_mark(rule, true, mask, 0);
	nft_look_up(rule, map, true);
}

/* Returns the 4-byte register number `index` after an address in register 1. */
static uint32_t register_behind(uint32_t size, uint32_t index)
{
	return NFT_REG32_00 + size / 4 + index;
}

void nft_map_service(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *map)
{
	struct nftnl_expr *expression;

	nft_load_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size);
	nft_load_meta_into(rule, NFT_META_L4PROTO, register_behind(size, 0));
	expression = nft_add(rule, "payload");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET, 2);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_LEN, 2);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_DREG, register_behind(size, 1));
	nft_look_up(rule, map, true);
}

void nft_match_devices_in(struct nftnl_rule *rule, const char *set)
{
	nft_load_meta_into(rule, NFT_META_IIF, NFT_REG32_00);
	nft_load_meta_into(rule, NFT_META_OIF, NFT_REG32_01);
	nft_look_up(rule, set, false);
}

void nft_map_address(
	struct nftnl_rule *rule, uint32_t offset, uint32_t size, int length, const char *map)
{
	uint8_t mask[16] = {0};

	prefix_mask(length, false, mask);
	nft_load_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size);
	if ((uint32_t)length < size * 8)
		nft_bitwise(rule, mask, zeroes, size);
	nft_look_up(rule, map, true);
}

void nft_do_count(struct nftnl_rule *rule, uint32_t key, const char *set)
{
	/* nft can list a lookup only of a loaded value. */
	nft_load_class(rule, 0, key);
	nft_look_up(rule, set, false);
}

void nft_do_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	struct nftnl_expr *expression;

	nft_load_mark(rule, false, ~mask, value);
	expression = nft_add(rule, "meta");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_KEY, NFT_META_MARK);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_SREG, NFT_REG_1);
}

void nft_do_track_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	struct nftnl_expr *expression;

	nft_load_mark(rule, true, ~mask, value);
	expression = nft_add(rule, "ct");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_KEY, NFT_CT_MARK);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_SREG, NFT_REG_1);
}

void nft_do_masquerade(struct nftnl_rule *rule)
{
	nft_add(rule, "masq");
}

void nft_do_source(struct nftnl_rule *rule, const struct masquerade *source)
{
	bool six = source->family == AF_INET6;
	uint32_t size = (uint32_t)address_size(source->family);
	bool range = memcmp(source->first, source->last, size) != 0;
	const uint16_t ports[2] = {htons(source->first_port), htons(source->last_port)};
	struct nftnl_expr *expression;

	nft_set_register(rule, NFT_REG_1, source->first, size);
	if (range)
		nft_set_register(rule, NFT_REG_2, source->last, size);
	if (source->first_port) {
		nft_set_register(rule, NFT_REG_3, &ports[0], sizeof ports[0]);
		nft_set_register(rule, NFT_REG_4, &ports[1], sizeof ports[1]);
	}
	expression = nft_add(rule, "nat");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_TYPE, NFT_NAT_SNAT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_FAMILY, six ? NFPROTO_IPV6 : NFPROTO_IPV4);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_ADDR_MIN, NFT_REG_1);
	if (range)
		nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_ADDR_MAX, NFT_REG_2);
	if (source->first_port) {
		nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_PROTO_MIN, NFT_REG_3);
		nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_PROTO_MAX, NFT_REG_4);
	}
}

void nft_do_keep_source(struct nftnl_rule *rule, uint32_t offset, uint32_t size)
{
	struct nftnl_expr *expression;

	nft_load_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size);
	expression = nft_add(rule, "nat");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_TYPE, NFT_NAT_SNAT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_FAMILY,
		size == sizeof(struct in_addr) ? NFPROTO_IPV4 : NFPROTO_IPV6);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_ADDR_MIN, NFT_REG_1);
}

void nft_do_destination(struct nftnl_rule *rule, const struct prefix *address, uint16_t port)
{
	bool six = address->family == AF_INET6;
	const uint16_t number = htons(port);
	struct nftnl_expr *expression;

	nft_set_register(rule, NFT_REG_1, address->bytes, (uint32_t)address_size(address->family));
	if (port)
		nft_set_register(rule, NFT_REG_2, &number, sizeof number);
	expression = nft_add(rule, "nat");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_TYPE, NFT_NAT_DNAT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_FAMILY, six ? NFPROTO_IPV6 : NFPROTO_IPV4);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_ADDR_MIN, NFT_REG_1);
	if (port)
		nftnl_expr_set_u32(expression, NFTNL_EXPR_NAT_REG_PROTO_MIN, NFT_REG_2);
}

static void put_into(struct nftnl_rule *rule, const char *set)
{
	struct nftnl_expr *expression = nft_add(rule, "dynset");

	nftnl_expr_set_str(expression, NFTNL_EXPR_DYNSET_SET_NAME, set);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
}

void nft_do_remember_device(struct nftnl_rule *rule, const char *set)
{
	nft_load_meta_into(rule, NFT_META_IIF, NFT_REG32_00);
	nft_load_meta_into(rule, NFT_META_IIF, NFT_REG32_01);
	put_into(rule, set);
}

void nft_do_log(struct nftnl_rule *rule, uint16_t group, const char *prefix)
{
	struct nftnl_expr *expression = nft_add(rule, "log");

	nftnl_expr_set_u16(expression, NFTNL_EXPR_LOG_GROUP, group);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_LOG_SNAPLEN, LOG_SNAPLEN);
	nftnl_expr_set_str(expression, NFTNL_EXPR_LOG_PREFIX, prefix);
}

void nft_match_word(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint16_t word, bool equal)
{
	const uint16_t number = htons(word);

	nft_load_payload(rule, base, offset, sizeof number);
	nft_compare(rule, equal ? NFT_CMP_EQ : NFT_CMP_NEQ, &number, sizeof number);
}

void nft_do_clear(struct nftnl_rule *rule, uint32_t base, uint32_t offset)
{
	struct nftnl_expr *expression;

	nft_set_register(rule, NFT_REG_1, zeroes, sizeof(uint16_t));
	expression = nft_add(rule, "payload");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_LEN, sizeof(uint16_t));
}

void nft_do_translate(
	struct nftnl_rule *rule, const struct nft_address *place, const struct prefix *to)
{
	nft_do_translate_front(rule, place, to, (uint32_t)address_size(to->family));
}

void nft_do_translate_front(struct nftnl_rule *rule, const struct nft_address *place,
	const struct prefix *to, uint32_t size)
{
	struct nftnl_expr *expression;
	uint8_t mask[16] = {0};

	prefix_mask(to->length, true, mask);
	nft_load_payload(rule, place->base, place->offset, size);
	nft_bitwise(rule, mask, to->bytes, size);
	expression = nft_add(rule, "payload");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_BASE, place->base);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET, place->offset);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_LEN, size);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_CSUM_TYPE,
		place->sum ? NFT_PAYLOAD_CSUM_INET : NFT_PAYLOAD_CSUM_NONE);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_CSUM_OFFSET, place->sum);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_FLAGS,
		place->pseudo ? NFT_PAYLOAD_L4CSUM_PSEUDOHDR : 0);
}

void nft_do_remember(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *set)
{
	nft_load_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size);
	put_into(rule, set);
}

void nft_match_address_in(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *set)
{
	nft_load_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, size);
	nft_look_up(rule, set, false);
}
