/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The basic expressions of nftables rules. */
#include "netlink/nft_register.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h> /* libnftnl/expr.h of 1.2.4 needs struct nlmsghdr but does not include
                              it */
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

struct nftnl_expr *nft_add(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expression = nftnl_expr_alloc(name);

	nftnl_rule_add_expr(rule, expression);
	return expression;
}

void nft_compare(struct nftnl_rule *rule, uint32_t operation, const void *data, uint32_t size)
{
	struct nftnl_expr *expression = nft_add(rule, "cmp");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CMP_OP, operation);
	nftnl_expr_set(expression, NFTNL_EXPR_CMP_DATA, data, size);
}

void nft_bitwise(struct nftnl_rule *rule, const void *mask, const void *flip, uint32_t size)
{
	struct nftnl_expr *expression = nft_add(rule, "bitwise");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_LEN, size);
	nftnl_expr_set(expression, NFTNL_EXPR_BITWISE_MASK, mask, size);
	nftnl_expr_set(expression, NFTNL_EXPR_BITWISE_XOR, flip, size);
}

void nft_load_meta(struct nftnl_rule *rule, uint32_t key)
{
	nft_load_meta_into(rule, key, NFT_REG_1);
}

void nft_load_meta_into(struct nftnl_rule *rule, uint32_t key, uint32_t place)
{
	struct nftnl_expr *expression = nft_add(rule, "meta");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_DREG, place);
}

void nft_load_track(struct nftnl_rule *rule, uint32_t key)
{
	struct nftnl_expr *expression = nft_add(rule, "ct");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_KEY, key);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_DREG, NFT_REG_1);
}

void nft_load_payload(struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint32_t size)
{
	struct nftnl_expr *expression = nft_add(rule, "payload");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_LEN, size);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
}

void nft_load_class(struct nftnl_rule *rule, uint32_t mask, uint32_t flip)
{
	struct nftnl_expr *expression = nft_add(rule, "rt");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_RT_KEY, NFT_RT_CLASSID);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RT_DREG, NFT_REG_1);
	nft_bitwise(rule, &mask, &flip, sizeof mask);
}

void nft_load_mark(struct nftnl_rule *rule, bool track, uint32_t mask, uint32_t flip)
{
	if (track)
		nft_load_track(rule, NFT_CT_MARK);
	else
		nft_load_meta(rule, NFT_META_MARK);
	nft_bitwise(rule, &mask, &flip, sizeof mask);
}

void nft_set_register(struct nftnl_rule *rule, uint32_t place, const void *data, uint32_t size)
{
	struct nftnl_expr *expression = nft_add(rule, "immediate");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_DREG, place);
	nftnl_expr_set(expression, NFTNL_EXPR_IMM_DATA, data, size);
}

void nft_look_up(struct nftnl_rule *rule, const char *set, bool verdict)
{
	struct nftnl_expr *expression = nft_add(rule, "lookup");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(expression, NFTNL_EXPR_LOOKUP_SET, set);
	if (verdict)
		nftnl_expr_set_u32(expression, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
}
