/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares prefixes and devices; assumes that any other selectors can match the same packet. */
#include "nat/overlap.h"

#include <string.h>

#include <linux/fib_rules.h>

#include "model/rule.h"

static bool prefixes_meet(const struct prefix *a, const struct prefix *b)
{
	return !a->given || !b->given || prefix_holds(a, b) || prefix_holds(b, a);
}

bool rules_meet(const struct rule *a, const struct rule *b)
{
	if (a->invert.given || b->invert.given)
		return true;
	if (!prefixes_meet(&a->source, &b->source) ||
		!prefixes_meet(&a->destination, &b->destination))
		return false;
	if ((a->input.given && !strcmp(a->input.name, "lo")) ||
		(b->input.given && !strcmp(b->input.name, "lo")))
		return false;
	return !a->input.given || !b->input.given || !strcmp(a->input.name, b->input.name);
}

bool rule_ends_lookup(const struct rule *rule)
{
	uint8_t action = rule->action.given ? rule->action.value : 0;

	return action == FR_ACT_BLACKHOLE || action == FR_ACT_UNREACHABLE ||
	       action == FR_ACT_PROHIBIT;
}
