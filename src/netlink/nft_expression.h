/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of nftables rules. Masks and values are in the byte order of the packet. */
#ifndef NETLINK_NFT_EXPRESSION_H
#define NETLINK_NFT_EXPRESSION_H

#include <stdint.h>

#include "kind/masquerade.h"
#include "kind/prefix.h"

struct nftnl_rule;

/* ---- matches: the rule ends for packets that do not match ---- */

/* rt classid & mask == value */
void nft_match_class(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
/* rt classid & mask is in the set. */
void nft_match_class_in(struct nftnl_rule *rule, uint32_t mask, const char *set);
/* The packet came in by a device (`forwarded`), or this host sent it. */
void nft_match_forwarded(struct nftnl_rule *rule, bool forwarded);
/* The name of a device; key: NFT_META_IIFNAME, NFT_META_OIFNAME. */
void nft_match_device(struct nftnl_rule *rule, uint32_t key, const char *name);
/* ct state or ct status has (or has none of) these bits; key: NFT_CT_STATE, NFT_CT_STATUS. */
void nft_match_track(struct nftnl_rule *rule, uint32_t key, uint32_t bits, bool has);
/* The packet's mark & mask == value */
void nft_match_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
/* ct mark & mask == value */
void nft_match_track_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
/* The packet's mark & mask is in the set. */
void nft_match_mark_in(struct nftnl_rule *rule, uint32_t mask, const char *set);
/* ct direction: 0 original, 1 reply */
void nft_match_direction(struct nftnl_rule *rule, uint8_t direction);
/* fib saddr . oif type != local: the source is no address of its output device. */
void nft_match_foreign_source(struct nftnl_rule *rule);
/* The protocol after the IP headers. */
void nft_match_protocol(struct nftnl_rule *rule, uint8_t protocol);
/* The byte at an offset from `base` (NFT_PAYLOAD_…) is between least and most. */
void nft_match_byte(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint8_t least, uint8_t most);
/* The 16 bits there are (`equal`) or are not this number. */
void nft_match_word(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, uint16_t word, bool equal);
/* The address there is in the prefix. A prefix of length 0, or none, contains everything. */
void nft_match_address(
	struct nftnl_rule *rule, uint32_t base, uint32_t offset, const struct prefix *prefix);

/* The pair of input and output device is in the set. */
void nft_match_devices_in(struct nftnl_rule *rule, const char *set);

/* ---- actions ---- */

void nft_do_verdict(struct nftnl_rule *rule, int verdict);
void nft_do_goto(struct nftnl_rule *rule, const char *chain);
void nft_do_jump(struct nftnl_rule *rule, const char *chain);
/* Takes the verdict of the map for rt classid & mask. */
void nft_map_class(struct nftnl_rule *rule, uint32_t mask, const char *map);
/* Take the verdict of the map for the input device, or for ct mark & mask. */
void nft_map_device(struct nftnl_rule *rule, const char *map);
void nft_map_track_mark(struct nftnl_rule *rule, uint32_t mask, const char *map);
/* Takes the verdict of the map for destination, protocol and port of the packet. `offset`: of the
 * destination in the network header; `size`: its bytes. */
void nft_map_service(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *map);
/* Takes the verdict of the map for the network of `length` bits of the address at this offset in
 * the network header; `size`: bytes of an address. */
void nft_map_address(
	struct nftnl_rule *rule, uint32_t offset, uint32_t size, int length, const char *map);
/* Looks up a number in a set, whose element counts the packet. */
void nft_do_count(struct nftnl_rule *rule, uint32_t key, const char *set);
/* Set these bits of the packet's mark, or of ct mark, to `value`; the others stay. */
void nft_do_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
void nft_do_track_mark(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
void nft_do_masquerade(struct nftnl_rule *rule);
/* Rewrites the source to one of these addresses and ports; connection tracking keeps the choice. */
void nft_do_source(struct nftnl_rule *rule, const struct masquerade *source);
/* Keeps the source of the packet (`size` bytes at that offset of the network header) for the flow:
 * later chains can't change it. */
void nft_do_keep_source(struct nftnl_rule *rule, uint32_t offset, uint32_t size);
/* Rewrites the destination to this address, and its port to this one (0: keeps it), with connection
 * tracking. */
void nft_do_destination(struct nftnl_rule *rule, const struct prefix *address, uint16_t port);
/* Adds the pair (input device, input device) to a set, for the set's timeout. */
void nft_do_remember_device(struct nftnl_rule *rule, const char *set);
void nft_do_log(struct nftnl_rule *rule, uint16_t group, const char *prefix);

/* An address in a packet, and the checksum in the same header that covers it. */
struct nft_address {
	uint32_t base, offset;
	uint32_t sum; /* offset of the 16-bit checksum; 0: none */
	bool pseudo;  /* the checksums of TCP, UDP and ICMPv6 also cover it */
};
/* Rewrites the address to `(address & hostmask) | to`. */
void nft_do_translate(
	struct nftnl_rule *rule, const struct nft_address *place, const struct prefix *to);

/*
 * As nft_do_translate(), for the first `size` bytes of the address only. If place->sum is set,
 * changes the 16 bits there, which may be part of the address, so that the checksum of all stays
 * the same (RFC 1624).
 */
void nft_do_translate_front(struct nftnl_rule *rule, const struct nft_address *place,
	const struct prefix *to, uint32_t size);
/* Sets the 16 bits there to 0, without changing a checksum. */
void nft_do_clear(struct nftnl_rule *rule, uint32_t base, uint32_t offset);

/* Adds the address at this offset in the network header to a set, for the set's timeout. */
void nft_do_remember(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *set);
/* Match: the address there is in a set. */
void nft_match_address_in(struct nftnl_rule *rule, uint32_t offset, uint32_t size, const char *set);

#endif
