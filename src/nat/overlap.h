/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether two rules can match the same packet, and which of them gets it. */
#ifndef NAT_OVERLAP_H
#define NAT_OVERLAP_H

#include <stdbool.h>

struct rule;

/* Returns true if a forwarded packet can match both rules. */
bool rules_meet(const struct rule *a, const struct rule *b);
/* Returns true if no later rule gets the packets of this one: it refuses them. */
bool rule_ends_lookup(const struct rule *rule);

#endif
