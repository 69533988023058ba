/* The pieces that nftables rules are made of. Masks and values are as they are in the packet. */
#ifndef NETLINK_NFT_EXPRESSION_H
#define NETLINK_NFT_EXPRESSION_H

#include <stdint.h>

#include "kind/prefix.h"

struct nftnl_rule;

/* ---- matches: the rule ends for a packet that does not fit ---- */

/* rt classid & mask == value */
void nft_match_class(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
/* The packet came in by a device: it is forwarded. Or it did not: it is our own. */
void nft_match_forwarded(struct nftnl_rule *rule, bool forwarded);
/* The name of a device; key: NFT_META_IIFNAME, NFT_META_OIFNAME. */
void nft_match_device(struct nftnl_rule *rule, uint32_t key, const char *name);
/* ct state or ct status has (or has none of) these bits; key: NFT_CT_STATE, NFT_CT_STATUS. */
void nft_match_track(struct nftnl_rule *rule, uint32_t key, uint32_t bits, bool has);
/* ct direction: 0 original, 1 reply */
void nft_match_direction(struct nftnl_rule *rule, uint8_t direction);
/* fib saddr . oif type != local: the source is no address of the device it leaves by. */
void nft_match_foreign_source(struct nftnl_rule *rule);
/* The protocol behind the IP headers. */
void nft_match_protocol(struct nftnl_rule *rule, uint8_t protocol);
/* A byte at an offset from NFT_PAYLOAD_… `base`, from least to most. */
void nft_match_byte(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint8_t least, uint8_t most);
/* The address there is in the prefix. A prefix of length 0, or not given, holds everything. */
void nft_match_address(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, const struct prefix *prefix);

/* ---- what is done ---- */

void nft_do_verdict(struct nftnl_rule *rule, int verdict);
void nft_do_masquerade(struct nftnl_rule *rule);
void nft_do_log(struct nftnl_rule *rule, uint16_t group, const char *prefix);

/* An address in a packet, and the sum in the same header that follows it. */
struct nft_place {
	uint32_t base, offset;
	uint32_t sum; /* offset of the 16 bits; 0: none */
	bool pseudo;  /* the sums of TCP, UDP, ICMPv6 count it too */
};
/* The address becomes `(address & hostmask) | to`. */
void nft_do_translate(
	struct nftnl_rule *rule, const struct nft_place *place, const struct prefix *to);

#endif
