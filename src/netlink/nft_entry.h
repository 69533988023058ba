/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry of the program's nftables tables: one for each rule and NAT route. */
#ifndef NETLINK_NFT_ENTRY_H
#define NETLINK_NFT_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "kind/traffic.h"
#include "model/binding.h"

enum {
	NFT_COMMENT_MAX = 240, /* bytes of an entry's comment, with its NUL */
	NFT_LOG_GROUP = 1997,  /* NFLOG group of the events of `log` */
};
#define NFT_TABLE "iproute" /* of both families */

/* A binding and the comment that keeps it. */
struct nft_entry {
	struct binding binding;
	/* Key of its element in the set `rules`: its realm if no other rule has that, otherwise a
	 * number above 65535; 0: none yet. */
	uint32_t key;
	char comment[NFT_COMMENT_MAX];
	bool whole; /* after reading: no part of it is missing */
	bool idle;  /* kept, but without effect on packets yet */
	/* Traffic of its rule until it was read. A written element continues from there. */
	struct traffic traffic;
};

#endif
