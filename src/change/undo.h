/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undoes a transaction: restores the routes and rules that it changed. */
#ifndef CHANGE_UNDO_H
#define CHANGE_UNDO_H

#include "change/lines.h"
#include "change/order.h"
#include "change/transaction.h"

/*
 * Undoes the changes at the first `made` places of `order`, whether they were made or not: compares
 * the groups that the policy keeps with the kernel's, and skips other changes that are marked as
 * unmade. Returns the number of messages that were refused or lost; they are in transaction->stuck.
 */
size_t undo(struct transaction *transaction, const struct order *order, size_t made);

/* Undoes the rest of the lines in which a refusal was ignored, so that no line is made in part.
 * Returns the number of messages that were refused or lost; if it is not 0, the caller must undo
 * everything. */
size_t undo_partial_lines(struct transaction *transaction, const struct lines *partial);

#endif
