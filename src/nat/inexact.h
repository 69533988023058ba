/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds translating rules that rules or routes of other programs have made inexact: nftables may
 * translate packets that other rules routed, or miss some. */
#ifndef NAT_INEXACT_H
#define NAT_INEXACT_H

#include "base/vector.h"
#include "change/transaction.h"

struct rule;

/* Finds a rule, even if its action differs, as the transaction will leave it, in the arena or in
 * the policy. Returns 0, or -1 with the error. */
int rule_find_there(struct policy *policy, const struct rule *there, struct arena *arena,
	struct rule *found, struct error *error);

/*
 * Checks whether an existing rule is exact among all rules of its family and the routes of its
 * class, before later changes of the transaction. `retag`: also a rule that the transaction has
 * made. Returns 0, or -1 with the error, which names the rule or route in the way.
 */
int inexact_check(
	struct transaction *transaction, const struct rule *rule, bool retag, struct error *error);

/*
 * Calls `each` for every rule among `rules` (struct rule, all of one family or of both, in order)
 * that translates and is inexact; `why` is valid during the call. Reads routes through `netlink`.
 */
void inexact_find(struct netlink *netlink, const struct vector *rules,
	void (*each)(const struct rule *rule, const struct error *why, void *context),
	void *context);

#endif
