/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores the nftables parts that rules have lost, and changes those that differ. */
#ifndef NAT_REPAIR_H
#define NAT_REPAIR_H

#include "state/difference.h"
#include "state/records.h"

struct error;
struct transaction;

/* Adds both to the transaction: the repairs and changed words of the difference between `have` and
 * `want`. Returns 0, or -1 with the error. */
int repair_records(struct transaction *transaction, const struct records *have,
	const struct records *want, const struct difference *difference, struct error *error);

#endif
