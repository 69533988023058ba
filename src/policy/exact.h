/*
 * Can nftables tell the packets that a rule routed from all others? By the realm alone where no
 * other rule looks up the class; where they share it, and in IPv6, only under conditions.
 */
#ifndef POLICY_EXACT_H
#define POLICY_EXACT_H

#include "base/vector.h"
#include "model/rule.h"

struct error;

/* Does another of `rules` (struct rule, one family) look up the class of this one of them? */
bool rule_shares(const struct vector *rules, size_t index);

/*
 * Judges one of `rules` (struct rule, in order, one family, as they will be), which translates. 0,
 * or -1 with the error: STATUS_GUARDED, the rule that stands in the way, and the ways out.
 */
int exact_check(const struct vector *rules, size_t index, struct error *error);

/*
 * Adds to an error the rule that stands in the way, and the ways out; returns -1. `retag`: it is
 * one of them.
 */
int exact_refuse(const struct rule *other, bool retag, struct error *error);

#endif
