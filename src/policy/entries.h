/* Sets of entries of the tool's nftables tables (struct nft_entry): what rules need, and what
 * stands while they change. */
#ifndef POLICY_ENTRIES_H
#define POLICY_ENTRIES_H

#include <stdbool.h>

#include "base/vector.h"
#include "netlink/nft.h"

/* Adds what the rules (struct rule, one family, as they will be) need of nftables, in their order.
 */
void entries_of_rules(struct vector *entries, const struct vector *rules);
void entries_copy(struct vector *entries, const struct vector *from);

/* Is there one with just these words? */
bool entries_hold(const struct vector *entries, const struct nft_entry *entry);
/* The entry of the same rule or route, whatever it does; NULL: none. */
const struct nft_entry *entries_find(const struct vector *entries, const struct binding *binding);
/* Do both have the same words? */
bool entries_same(const struct vector *a, const struct vector *b);

/*
 * Fills `entries` with what stands while rules change from those of `now` to those of `wanted`:
 * everything that translates before or after, so that nothing leaves untranslated; what only keeps
 * packets from others, if it does so before and after. A rule that shares its class before or after
 * is told by its selectors.
 */
void entries_between(const struct vector *now, const struct vector *wanted, struct vector *entries);

/* By preference; equals stay in their order. NAT routes come first. */
void entries_order(struct vector *entries);

#endif
