/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares elements and chains of two plans. */
#include <string.h>

#include "netlink/nft_plan.h"

int nft_element_compare(const void *a, const void *b)
{
	const struct nft_element *left = a;
	const struct nft_element *right = b;

	if (left->set != right->set)
		return left->set - right->set;
	if (left->length != right->length)
		return left->length - right->length;
	return memcmp(left->key, right->key, sizeof left->key);
}

bool nft_element_same(const struct nft_element *a, const struct nft_element *b)
{
	return !nft_element_compare(a, b) && a->last == b->last && a->verdict == b->verdict &&
	       !strcmp(a->chain, b->chain) &&
	       (a->set != NFT_RULES || !strcmp(a->entry->comment, b->entry->comment));
}

int nft_chain_compare(const void *a, const void *b)
{
	return strcmp(((const struct nft_chain *)a)->name, ((const struct nft_chain *)b)->name);
}

bool nft_chain_same(const struct nft_plan *plan, const struct nft_chain *chain,
	const struct nft_plan *other_plan, const struct nft_chain *other)
{
	if (chain->sets != other->sets || chain->count != other->count ||
		chain->mask != other->mask ||
		memcmp(chain->lengths, other->lengths, sizeof chain->lengths) != 0)
		return false;
	for (size_t i = 0; i < chain->count; i++) {
		const struct nft_entry *const *one = vector_at(&plan->members, chain->first + i);
		const struct nft_entry *const *two =
			vector_at(&other_plan->members, other->first + i);

		if ((*one)->key != (*two)->key || strcmp((*one)->comment, (*two)->comment) != 0)
			return false;
	}
	return true;
}
