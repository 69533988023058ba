/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether nftables can distinguish the packets that a rule routed from all others. If no
 * other rule looks up its class, the realm is enough; otherwise, and in IPv6, there are further
 * conditions.
 */
#ifndef NAT_EXACT_H
#define NAT_EXACT_H

#include <stdbool.h>

#include "nat/exact_index.h"

struct error;

/* Checks a translating rule of the index, which has the rules as they will be. `rule` is its index.
 * Returns 0, or -1 with the error (STATUS_GUARDED), which names the rule in the way and the
 * possible solutions. */
int exact_check(const struct exact_index *index, size_t rule, struct error *error);

/* Returns true if a rule of `rules` (struct rule, in order, of one family or of both) is the one
 * that exact_check() demands behind a translating IPv6 rule. `rule` is its index. */
bool exact_demands(const struct vector *rules, size_t rule);

#endif
