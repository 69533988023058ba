/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds translating rules that rules or routes of other programs have made inexact: nftables may
 * translate packets that other rules routed, or miss some. */
#ifndef NAT_INEXACT_H
#define NAT_INEXACT_H

#include "base/vector.h"
#include "change/policy.h"

struct rule;

/* Returns true if the rule is the wanted one, even if its action differs. */
bool rule_is_there(const struct rule *rule, const struct rule *wanted);

/* Checks whether a rule is exact among all rules of its family and the routes of its class. Returns
 * 0, or -1 with the error, which names the rule or route in the way. */
int inexact_check(struct policy *policy, const struct rule *rule, struct error *error);

/*
 * Calls `each` for every rule among `rules` (struct rule, all of one family or of both, in order)
 * that translates and is inexact; `why` is valid during the call. Reads routes through `netlink`.
 */
void inexact_find(struct netlink *netlink, const struct vector *rules,
	void (*each)(const struct rule *rule, const struct error *why, void *context),
	void *context);

#endif
