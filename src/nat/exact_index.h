/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the classes and realms of a list of rules. They save comparing each rule with all
 * others. */
#ifndef NAT_EXACT_INDEX_H
#define NAT_EXACT_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "nat/meeting.h"

struct exact_index {
	const struct vector *rules; /* struct rule, in order, one family; borrowed */
	struct vector facts;        /* struct exact_fact, one for each rule */
	/* size_t, ascending: the few rules that can be in the way of a later one that shares its
	 * class: they jump, or have words that nftables cannot see. */
	struct vector special;
	/* IPv6: all rules, and those that may route packets of a later rule before it, so that
	 * nftables cannot tell. */
	struct meeting all, routing;
};
struct exact_fact {
	bool shares;     /* another rule looks up its class */
	bool acts;       /* a rule of its class translates, possibly itself */
	bool conflicted; /* its class has rules with another realm, or its realm those of another
	                    class */
};

/* Fills the index; freed with exact_index_free(). */
void exact_index_make(struct exact_index *index, const struct vector *rules);
void exact_index_free(struct exact_index *index);
const struct exact_fact *exact_fact(const struct exact_index *index, size_t rule);

#endif
