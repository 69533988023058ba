/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans the sets, elements and chains that a list of entries needs in one family. */
#ifndef NETLINK_NFT_PLAN_H
#define NETLINK_NFT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "netlink/nft_entry.h"
#include "netlink/nft_layout.h"

struct nft_element {
	uint8_t set;    /* enum nft_set_kind */
	uint8_t length; /* NFT_ROUTES: the prefix length */
	uint8_t key_size;
	uint8_t key[NFT_KEY_MAX]; /* realms and marks in host byte order, others as in packets */
	uint16_t last;            /* NFT_KEY_SERVICE: the last port, in host byte order */
	int32_t verdict;          /* NFT_JUMP, NFT_GOTO; 0: none */
	char chain[NFT_NAME_MAX]; /* target chain */
	const struct nft_entry *entry; /* its entry; the first of several */
};

struct nft_chain {
	char name[NFT_NAME_MAX];
	uint8_t kind;        /* enum nft_chain_kind */
	uint8_t family;      /* NFPROTO_… */
	uint32_t sets;       /* bits 1 << enum nft_set_kind: the sets that its rules look up */
	uint64_t lengths[3]; /* bits: prefix lengths of NFT_ROUTES that its rules look up */
	uint32_t mask;       /* NFT_MARK, NFT_MARK_OUTPUT: the bits of reply marks */
	size_t first, count; /* its entries among the plan's members */
};

/* Zero it before the first use. The entries must outlive it. */
struct nft_plan {
	uint8_t family;         /* NFPROTO_IPV4, NFPROTO_IPV6 */
	struct vector members;  /* const struct nft_entry *: those of each chain together */
	struct vector chains;   /* struct nft_chain, by name */
	struct vector elements; /* struct nft_element, by set, length and key */
	uint64_t lengths[3];    /* prefix lengths of NAT routes */
};

/* Makes the plan for those of `entries` (struct nft_entry, in the order of their rules, with keys)
 * that belong to this family. */
void nft_plan_make(struct nft_plan *plan, uint8_t family, const struct vector *entries);
void nft_plan_free(struct nft_plan *plan);

/* The first compares set, length and key, as for qsort(). The second returns true if the complete
 * elements are the same. */
int nft_element_compare(const void *a, const void *b);
bool nft_element_same(const struct nft_element *a, const struct nft_element *b);
int nft_chain_compare(const void *a, const void *b);
/* Returns true if both chains have the same rules. */
bool nft_chain_same(const struct nft_plan *plan, const struct nft_chain *chain,
	const struct nft_plan *other_plan, const struct nft_chain *other);

#endif
