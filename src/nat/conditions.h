/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether a transaction may leave the rules as it does. A translating rule that was inexact
 * before may stay inexact; otherwise nothing could be repaired any more. */
#ifndef NAT_CONDITIONS_H
#define NAT_CONDITIONS_H

#include "change/transaction.h"

/* Zero it before the first use. */
struct entry_index;

struct conditions {
	struct vector inexact; /* struct binding: rules that were inexact before */
};

void conditions_free(struct conditions *conditions);

/*
 * Notes the rules (struct rule, one family) as they are before the transaction. Sets *missing if
 * nftables lacks the part of one. Returns 0, or -1 with the error if a part could not be read.
 */
int conditions_note(struct conditions *conditions, const struct vector *rules, bool *missing,
	struct error *error);

/*
 * Checks the rules of a family as the transaction will leave them, and adds the entries that they
 * need (struct nft_entry) to `wanted`; `known`: the existing entries. Returns 0, or -1 with the
 * error and the line at fault in transaction->against.
 */
int conditions_check(const struct conditions *conditions, struct transaction *transaction,
	uint8_t family, const struct entry_index *known, struct vector *wanted,
	struct error *error);

#endif
