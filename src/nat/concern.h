/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether the change of a rule affects nftables. Only then is nftables read. */
#ifndef NAT_CONCERN_H
#define NAT_CONCERN_H

#include "change/transaction.h"

struct rule;

/* Zero it before the first use. */
struct concern {
	bool looked4, looked6; /* no existing rule of the family concerns nftables */
};

/*
 * Sets *concerned to whether the rule has a part in nftables, or affects a rule that has one.
 * `removal`: the rule is to be removed. Reads the rules if needed. Returns 0, or -1 with the error.
 */
int concern_decide(struct concern *concern, struct transaction *transaction,
	const struct rule *rule, bool removal, bool *concerned, struct error *error);

#endif
