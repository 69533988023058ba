/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scans the rules for a flow: fib_rules_lookup() in net/core/fib_rules.c. */
#ifndef LOOKUP_SCAN_H
#define LOOKUP_SCAN_H

#include "lookup/trace.h"

/* Scans the rules for trace->flow; fills trace->steps and trace->outcome. Returns 0, or -1 with the
 * error if a class can't be read. */
int rules_scan(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);

/* Returns the action of a rule (FR_ACT_…). */
uint8_t rule_action(const struct rule *rule);
/* Returns the index of the first rule with the preference that the goto rule at `from` jumps to;
 * rules->count if there is none. */
size_t rules_find_target(const struct vector *rules, size_t from);

#endif
