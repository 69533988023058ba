/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of nftables rules (libnftnl) that load a register or read it: register 1 unless
 * noted. Masks and values are in the byte order of the packet. */
#ifndef NETLINK_NFT_REGISTER_H
#define NETLINK_NFT_REGISTER_H

#include <stdbool.h>
#include <stdint.h>

struct nftnl_expr;
struct nftnl_rule;

/* Adds an empty expression to the rule, which owns it. */
struct nftnl_expr *nft_add(struct nftnl_rule *rule, const char *name);

/* Load meta data of the packet (NFT_META_…) or of its connection (NFT_CT_…); `size` bytes at an
 * offset from NFT_PAYLOAD_…; (rt classid & mask) ^ flip; (mark & mask) ^ flip of the connection
 * (`track`) or of the packet. `place`: another register. */
void nft_load_meta(struct nftnl_rule *rule, uint32_t key);
void nft_load_meta_into(struct nftnl_rule *rule, uint32_t key, uint32_t place);
void nft_load_track(struct nftnl_rule *rule, uint32_t key);
void nft_load_payload(struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint32_t size);
void nft_load_class(struct nftnl_rule *rule, uint32_t mask, uint32_t flip);
void nft_load_mark(struct nftnl_rule *rule, bool track, uint32_t mask, uint32_t flip);
void nft_set_register(struct nftnl_rule *rule, uint32_t place, const void *data, uint32_t size);

/* (register & mask) ^ flip */
void nft_bitwise(struct nftnl_rule *rule, const void *mask, const void *flip, uint32_t size);
/* The rule ends unless the register compares (NFT_CMP_…) with the data. */
void nft_compare(struct nftnl_rule *rule, uint32_t operation, const void *data, uint32_t size);
/* The rule ends unless the register is in the set; `verdict`: takes the map's verdict. */
void nft_look_up(struct nftnl_rule *rule, const char *set, bool verdict);

#endif
