/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Corrects the nftables part of a transaction that continues although some of its changes were
 * refused. */
#ifndef NAT_PARTIAL_H
#define NAT_PARTIAL_H

#include "change/transaction.h"

/*
 * `wanted` (struct nft_entry) was computed for all changes; makes it fit those that were made.
 * Removes the entries of rules and routes that were not added, and restores those of rules and
 * routes that were not removed from `first`, the entries before the transaction. Call it when all
 * changes are sent. Returns 0, or -1 with the error.
 */
int partial_fit(const struct transaction *transaction, const struct vector *first,
	struct vector *wanted, struct error *error);

#endif
