/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces the kernel's records by the wanted ones, in one transaction. Adds the new ones before it
 * removes the old ones, except for those that would be in the way.
 */
#ifndef CHANGE_RECONCILE_H
#define CHANGE_RECONCILE_H

#include "change/transaction.h"
#include "state/difference.h"
#include "state/records.h"

struct reconcile {
	const struct records *have; /* what the kernel holds within the scope; borrowed */
	const struct records *want; /* what it should hold there; borrowed */
	struct difference difference;
	struct arena arena; /* memory of one record at a time */
};

/* Compares `have` with `want`: fills reconcile->difference. */
void reconcile_compare(struct reconcile *reconcile);
/*
 * Adds the changes to a transaction, after reconcile_compare(), in this order: removals of what
 * would be in the way, and of routes that no rule looks up yet; routes, in the order of `want`;
 * rules, from the highest preference to the lowest; the other removals, rules before routes; routes
 * that no rule will look up. transaction->line is the line of the wanted
 * record during its change, and 0 during a removal. Returns 0, or -1 with the error.
 */
int reconcile_prepare(
	struct reconcile *reconcile, struct transaction *transaction, struct error *error);
/* Accepts a zeroed struct. */
void reconcile_free(struct reconcile *reconcile);

/* Returns true if anything differs. */
bool reconcile_changes(const struct reconcile *reconcile);

#endif
