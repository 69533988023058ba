/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether two rules can match the same packet. */
#ifndef NAT_OVERLAP_H
#define NAT_OVERLAP_H

#include <stdbool.h>

struct rule;

/* Returns true if a forwarded packet can match both rules. */
bool rules_meet(const struct rule *a, const struct rule *b);

#endif
