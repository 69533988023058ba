/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses private classes for a transaction; retried with the next free ones if another program
 * uses them. */
#ifndef CHANGE_TABLE_ALLOCATION_H
#define CHANGE_TABLE_ALLOCATION_H

#include "change/transaction.h"

enum { TABLE_ALLOCATION_ATTEMPTS = 64 };

/* Returns the class of a message if the transaction chose it, otherwise 0. */
uint32_t table_allocation_class(
	const struct transaction *transaction, const struct nlmsghdr *message);

/* Chooses the next private class: the number after the last one chosen, or the first that no rule
 * uses. Returns 0, or -1 with the error. */
int table_allocation_next(struct transaction *transaction, uint32_t *class, struct error *error);

/* Excludes the private classes up to this one from the choice, because the transaction changes
 * routes in it that belong to no rule. Call it before the first class is chosen. */
void table_allocation_reserve(struct transaction *transaction, uint32_t class);

/* Moves all chosen classes after `taken`, which another program uses, in all messages; further at
 * each attempt. Returns 0, or -1 with the error. */
int table_allocation_move(
	struct transaction *transaction, uint32_t taken, int attempt, struct error *error);

/* Sets *alone to whether no other program has put a route into a chosen class meanwhile. Returns 0,
 * or -1 with the error. */
int table_allocation_check(const struct transaction *transaction, bool *alone, struct error *error);

#endif
