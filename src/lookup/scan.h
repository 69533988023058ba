/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan of the rules for one flow: net/core/fib_rules.c, fib_rules_lookup(). */
#ifndef LOOKUP_SCAN_H
#define LOOKUP_SCAN_H

#include "lookup/trace.h"

/* Scans the rules for trace->flow and fills trace->steps and trace->outcome. 0, or -1 with the
 * error. */
int rules_scan(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);

/* What a rule does: FR_ACT_… */
uint8_t rule_action(const struct rule *rule);
/* Index of the first rule with the preference that the rule at `from` jumps to; rules->count: there
 * is none. */
size_t rules_find_target(const struct vector *rules, size_t from);

#endif
