/* Expressions of nftables rules, by libnftnl. Every match loads into register 1 and compares. */
#include "netlink/nft_expression.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

#include "kind/address.h"

enum { LOG_SNAPLEN = 96 }; /* bytes of a packet: its headers */

static const uint8_t zeroes[16];

static struct nftnl_expr *add(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expression = nftnl_expr_alloc(name);

	nftnl_rule_add_expr(rule, expression);
	return expression;
}

static void compare(struct nftnl_rule *rule, uint32_t operation, const void *data, uint32_t size)
{
	struct nftnl_expr *expression = add(rule, "cmp");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CMP_OP, operation);
	nftnl_expr_set(expression, NFTNL_EXPR_CMP_DATA, data, size);
}

static void bitwise(struct nftnl_rule *rule, const void *mask, const void *flip, uint32_t size)
{
	struct nftnl_expr *expression = add(rule, "bitwise");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_BITWISE_LEN, size);
	nftnl_expr_set(expression, NFTNL_EXPR_BITWISE_MASK, mask, size);
	nftnl_expr_set(expression, NFTNL_EXPR_BITWISE_XOR, flip, size);
}

static void load_meta(struct nftnl_rule *rule, uint32_t key)
{
	struct nftnl_expr *expression = add(rule, "meta");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void load_track(struct nftnl_rule *rule, uint32_t key)
{
	struct nftnl_expr *expression = add(rule, "ct");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_KEY, key);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_CT_DREG, NFT_REG_1);
}

static void load_payload(struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint32_t size)
{
	struct nftnl_expr *expression = add(rule, "payload");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_LEN, size);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
}

void nft_match_class(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	struct nftnl_expr *expression = add(rule, "rt");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_RT_KEY, NFT_RT_CLASSID);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RT_DREG, NFT_REG_1);
	bitwise(rule, &mask, zeroes, sizeof mask);
	compare(rule, NFT_CMP_EQ, &value, sizeof value);
}

void nft_match_forwarded(struct nftnl_rule *rule, bool forwarded)
{
	load_meta(rule, NFT_META_IIF);
	compare(rule, forwarded ? NFT_CMP_NEQ : NFT_CMP_EQ, zeroes, sizeof(uint32_t));
}

void nft_match_device(struct nftnl_rule *rule, uint32_t key, const char *name)
{
	char whole[IFNAMSIZ] = "";

	snprintf(whole, sizeof whole, "%s", name);
	load_meta(rule, key);
	compare(rule, NFT_CMP_EQ, whole, sizeof whole);
}

void nft_match_track(struct nftnl_rule *rule, uint32_t key, uint32_t bits, bool has)
{
	load_track(rule, key);
	bitwise(rule, &bits, zeroes, sizeof bits);
	compare(rule, has ? NFT_CMP_NEQ : NFT_CMP_EQ, zeroes, sizeof bits);
}

void nft_match_direction(struct nftnl_rule *rule, uint8_t direction)
{
	load_track(rule, NFT_CT_DIRECTION);
	compare(rule, NFT_CMP_EQ, &direction, sizeof direction);
}

void nft_match_foreign_source(struct nftnl_rule *rule)
{
	static const uint32_t local = 2; /* RTN_LOCAL */
	struct nftnl_expr *expression = add(rule, "fib");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_FIB_FLAGS, NFTA_FIB_F_SADDR | NFTA_FIB_F_OIF);
	compare(rule, NFT_CMP_NEQ, &local, sizeof local);
}

void nft_match_protocol(struct nftnl_rule *rule, uint8_t protocol)
{
	load_meta(rule, NFT_META_L4PROTO);
	compare(rule, NFT_CMP_EQ, &protocol, sizeof protocol);
}

void nft_match_byte(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint8_t least, uint8_t most)
{
	struct nftnl_expr *expression;

	load_payload(rule, base, offset, sizeof least);
	expression = add(rule, "range");
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_RANGE_OP, NFT_RANGE_EQ);
	nftnl_expr_set(expression, NFTNL_EXPR_RANGE_FROM_DATA, &least, sizeof least);
	nftnl_expr_set(expression, NFTNL_EXPR_RANGE_TO_DATA, &most, sizeof most);
}

/* Sets the bits that a prefix fixes, or those that it leaves to its hosts. */
static void prefix_mask(const struct prefix *prefix, bool hosts, uint8_t mask[16])
{
	for (int bit = 0; bit < 128; bit++) {
		if ((bit >= prefix->length) == hosts)
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
	prefix_mask(prefix, false, mask);
	load_payload(rule, base, offset, size);
	if (prefix->length < size * 8)
		bitwise(rule, mask, zeroes, size);
	compare(rule, NFT_CMP_EQ, prefix->bytes, size);
}

void nft_do_verdict(struct nftnl_rule *rule, int verdict)
{
	struct nftnl_expr *expression = add(rule, "immediate");

	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
}

void nft_do_masquerade(struct nftnl_rule *rule)
{
	add(rule, "masq");
}

void nft_do_log(struct nftnl_rule *rule, uint16_t group, const char *prefix)
{
	struct nftnl_expr *expression = add(rule, "log");

	nftnl_expr_set_u16(expression, NFTNL_EXPR_LOG_GROUP, group);
	nftnl_expr_set_u32(expression, NFTNL_EXPR_LOG_SNAPLEN, LOG_SNAPLEN);
	nftnl_expr_set_str(expression, NFTNL_EXPR_LOG_PREFIX, prefix);
}

void nft_do_translate(
	struct nftnl_rule *rule, const struct nft_place *place, const struct prefix *to)
{
	uint32_t size = (uint32_t)address_size(to->family);
	struct nftnl_expr *expression;
	uint8_t mask[16] = {0};

	prefix_mask(to, true, mask);
	load_payload(rule, place->base, place->offset, size);
	bitwise(rule, mask, to->bytes, size);
	expression = add(rule, "payload");
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
