/* The way back: the routes and rules that a transaction has changed, as they were. */
#ifndef POLICY_UNDO_H
#define POLICY_UNDO_H

#include "policy/lines.h"
#include "policy/order.h"
#include "policy/transaction.h"

/*
 * Undoes the changes at the first `made` places of `order`. Each may have been made or not: what
 * the policy keeps is compared with what the kernel has; else unmade changes are left out. Returns
 * how many messages were refused or lost; they are in transaction->stuck.
 */
size_t undo(struct transaction *transaction, const struct order *order, size_t made);

/*
 * After refusals that were let pass, of these lines: of one that adds several things, none stays.
 */
void undo_torn_lines(struct transaction *transaction, const struct lines *torn);

#endif
