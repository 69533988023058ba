/*
 * The tool's own tables in nftables, `ip iproute` and `ip6 iproute`: read whole, and written whole
 * in one batch that happens or not. Nobody else's table is touched.
 */
#ifndef NETLINK_NFT_H
#define NETLINK_NFT_H

#include <stddef.h>
#include <stdint.h>

#include "base/vector.h"
#include "model/binding.h"

struct error;
struct netlink;

enum {
	NFT_COMMENT_MAX = 240, /* bytes of an entry's comment, with its NUL */
	NFT_LOG_GROUP = 1997,  /* the group of NFLOG that the events of `log` go to */
};
#define NFT_TABLE "iproute"

/* NULL with the error set. Closed with netlink_close(). */
struct netlink *nft_open(struct error *error);

/* What the tables hold of one entry. */
struct nft_found {
	uint8_t family;
	char comment[NFT_COMMENT_MAX];
	unsigned int rules;  /* that are there */
	unsigned int wanted; /* that were made for it; another number: somebody took some away */
};

/*
 * Fills `found` (zeroed; struct nft_found, each comment once, in the order of their bytes), and
 * *generation, that of the whole of nftables. No table: nothing found. 0, or -1.
 */
int nft_read(struct netlink *nft, struct vector *found, uint32_t *generation, struct error *error);

/* One binding, and the comment that its rules carry. */
struct nft_entry {
	struct binding binding;
	char comment[NFT_COMMENT_MAX];
	bool whole; /* of one that was read: all of its rules are there */
};

/*
 * Makes the tables hold the rules of these `count` entries, in this order, and nothing else; a
 * family without any has no table. Not done when the generation is no longer this one: *stale. 0,
 * or -1: nothing changed.
 */
int nft_write(struct netlink *nft, const struct nft_entry *entries, size_t count,
	uint32_t generation, bool *stale, struct error *error);

#endif
