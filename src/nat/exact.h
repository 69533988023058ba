/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether nftables can distinguish the packets that a rule routed from all others. If no
 * other rule looks up its class, the realm is enough; otherwise, and in IPv6, there are further
 * conditions.
 */
#ifndef NAT_EXACT_H
#define NAT_EXACT_H

#include <stdbool.h>

#include "base/vector.h"
#include "model/rule.h"

struct error;

/* Facts about the classes and realms of a list of rules. They save comparing each rule with all
 * others. */
struct exact_index {
	const struct vector *rules; /* struct rule, in order, one family; borrowed */
	struct vector facts;        /* struct exact_fact, one for each rule */
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

/* Checks a translating rule of the index, which has the rules as they will be. `rule` is its index.
 * Returns 0, or -1 with the error (STATUS_GUARDED), which names the rule in the way and the
 * possible solutions. */
int exact_check(const struct exact_index *index, size_t rule, struct error *error);

#endif
