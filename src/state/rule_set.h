/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of one family, in the order in which the kernel scans them. */
#ifndef STATE_RULE_SET_H
#define STATE_RULE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "model/rule.h"

struct rule_set {
	struct vector
		rules; /* struct rule; what it points to is in the arena given to rule_set_add() */
	bool unsorted; /* a rule was added after one with a higher preference */
	uint32_t lowest[2]; /* the two lowest preferences; UINT32_MAX: there are fewer rules */
};

void rule_set_init(struct rule_set *set);
void rule_set_free(struct rule_set *set);
/* Adds a copy of a rule after those with the same preference; what it points to is copied into
 * `arena`. A rule without a preference gets the kernel's default (fib_default_rule_pref()). */
void rule_set_add(struct rule_set *set, const struct rule *rule, struct arena *arena);
/* Returns the rules by preference; valid until the next one is added. */
const struct vector *rule_set_rules(struct rule_set *set);

#endif
