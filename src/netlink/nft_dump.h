/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps the program's nftables tables. */
#ifndef NETLINK_NFT_DUMP_H
#define NETLINK_NFT_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netlink/nft_layout.h"

struct error;
struct netlink;

/* An element of a set; valid during the call. */
struct nft_seen {
	uint8_t key[NFT_KEY_MAX];
	uint8_t key_size;
	int32_t verdict;         /* verdict of a map's element; 0: none */
	const char *chain;       /* target chain, or "" */
	const char *comment;     /* or "" */
	uint64_t packets, bytes; /* values of its counter */
};

/*
 * Calls `each` for every element of a set in the table of a family (NFPROTO_…); a missing set has
 * none. Sets *interrupted if nftables changed meanwhile: repeat the dump. Returns 0, or -1 with the
 * error.
 */
int nft_dump_set(struct netlink *nft, uint8_t family, const char *set,
	void (*each)(const struct nft_seen *seen, void *context), void *context, bool *interrupted,
	struct error *error);
/* As nft_dump_set(), for the element of an IPv4 set with this key, if it exists. */
int nft_dump_element(struct netlink *nft, const char *set, uint32_t key,
	void (*each)(const struct nft_seen *seen, void *context), void *context,
	struct error *error);
/* As nft_dump_set(), for the rules of the table: their chain, and their comment or "". */
int nft_dump_rules(struct netlink *nft, uint8_t family,
	void (*each)(const char *chain, const char *comment, void *context), void *context,
	bool *interrupted, struct error *error);
/*
 * Reads the comment at the start of the user data of a rule or element, in libnftnl's form: type,
 * length, text. Writes "" for anything else or truncated data.
 */
enum { NFT_COMMENT_SPACE = 256 };
void nft_read_comment(const uint8_t *data, size_t size, char comment[NFT_COMMENT_SPACE]);
/* Sets *there to whether the table exists, and *dormant to whether it is dormant. Returns 0, or -1
 * with the error. */
int nft_dump_table(
	struct netlink *nft, uint8_t family, bool *there, bool *dormant, struct error *error);

#endif
