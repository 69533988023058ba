/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stamp of the IPv4 table: the rules it was written for, and the generation of nftables after
 * that write. Every commit of any program increments the generation. As long as it is the same,
 * nothing has changed, and single elements can be trusted without reading all of them.
 */
#ifndef NETLINK_NFT_STAMP_H
#define NETLINK_NFT_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct netlink;
struct nft_batch;

/* Counts of entries by property: together they determine the rules of the base chains. */
enum nft_word {
	NFT_WORD_ALONE, /* no other rule has its realm; the words below count only such entries */
	NFT_WORD_MASQUERADE,
	NFT_WORD_SOURCE, /* masq as */
	NFT_WORD_NAT,
	NFT_WORD_LOG,
	NFT_WORD_VALVE,
	NFT_WORDS,
};

#define NFT_STAMPS_UNKNOWN UINT32_MAX

struct nft_stamp {
	bool given;
	uint32_t generation;
	uint32_t older;  /* number of older stamps in the table, or NFT_STAMPS_UNKNOWN */
	uint64_t digest; /* of the rules: see state/vouched.h */
	uint32_t words[NFT_WORDS];
};

/* Returns the generation of nftables; 0 if it can't be read. */
uint32_t nft_generation(struct netlink *nft);
/* Returns the generation after this one. */
uint32_t nft_generation_next(uint32_t generation);

/* Reads the stamp. Clears stamp->given if there is none or nftables changed after it. Returns 0, or
 * -1 with the error. */
int nft_stamp_read(struct netlink *nft, struct nft_stamp *stamp, struct error *error);

/*
 * Add the set of stamps, or a stamp, to a batch. Older stamps stay unless there are too many or
 * their number is unknown: after a batch that deletes something, closing the socket waits until the
 * kernel has freed it (nft_rcv_nl_event()), for 10 ms or more.
 */
void nft_stamp_make_set(struct nft_batch *batch);
void nft_stamp_write(struct nft_batch *batch, const struct nft_stamp *stamp);

#endif
