/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of entries of the program's nftables tables (struct nft_entry): those that rules need, and
 * those that must exist while rules change. */
#ifndef NAT_ENTRIES_H
#define NAT_ENTRIES_H

#include <stdbool.h>

#include "base/vector.h"
#include "netlink/nft.h"

struct exact_index;

/* Returns the entry of a rule or route, even if it does something else than the binding; NULL if
 * there is none. For many lookups use entry_index_find(). */
const struct nft_entry *entries_find(const struct vector *entries, const struct binding *binding);
void entries_copy(struct vector *entries, const struct vector *from);

/* Finds the entry of a rule or route. The entries must not change while the index is used. */
struct entry_index {
	struct vector places; /* const struct nft_entry * */
};
/* Makes an index of `entries`, which is borrowed; freed with entry_index_free(). */
void entry_index_make(struct entry_index *index, const struct vector *entries);
void entry_index_free(struct entry_index *index);
/* Returns the entry of the same rule or route, as entries_find(); NULL if there is none. */
const struct nft_entry *entry_index_find(
	const struct entry_index *index, const struct binding *binding);

/* Adds an entry for the binding: a copy of the one in `known`, or a new one, which keeps the
 * counters of the same rule's entry in `known`. */
void entries_add(
	struct vector *entries, const struct entry_index *known, const struct binding *binding);
/* Adds the entries that the rules of the index (one family, as they will be) need, in the order of
 * the rules. */
void entries_of_rules(
	struct vector *entries, const struct exact_index *index, const struct entry_index *known);

/* Returns true if both lists have the same entries in the same order. */
bool entries_same(const struct vector *a, const struct vector *b);

/*
 * Fills `entries` with what nftables must have while rules change from `now` to `wanted`: every
 * entry that translates before or after, so that no packet leaves untranslated; and entries that
 * only keep packets from others. New ones of these are idle: if the program is killed, the next one
 * knows that their rules do not translate. A rule that shares its class before or after is matched
 * by its selectors.
 */
void entries_between(const struct vector *now, const struct vector *wanted, struct vector *entries);

/* Sorts by preference; entries with the same preference keep their order. NAT routes come first. */
void entries_order(struct vector *entries);
/* Sorts by preference; entries with the same preference get the order of their rules (struct rule,
 * of one family, in order), and follow those without a rule and of the other family. */
void entries_order_by_rules(struct vector *entries, const struct vector *rules);

#endif
