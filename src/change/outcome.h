/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Predicts the kernel's state after a transaction that has not been sent. */
#ifndef CHANGE_OUTCOME_H
#define CHANGE_OUTCOME_H

#include "change/transaction.h"
#include "state/snapshot.h"

/*
 * Reads the kernel's state and returns it as the changes of the transaction will leave it: the
 * lookup decides with it as with a kernel that has made them. Routes are read from the kernel when
 * first needed, so hold the lock as long as the snapshot is used. Freed with snapshot_free().
 * Returns NULL with the error on failure.
 */
struct snapshot *outcome_read(struct transaction *transaction, struct error *error);

/* Applies the changes of the transaction to a snapshot of the kernel. Invalidates pointers to the
 * snapshot's rules. */
void outcome_apply(struct transaction *transaction, struct snapshot *snapshot);

#endif
