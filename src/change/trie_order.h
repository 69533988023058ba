/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds an order in which the kernel's trie adds or deletes many IPv4 routes fast. */
#ifndef CHANGE_TRIE_ORDER_H
#define CHANGE_TRIE_ORDER_H

#include "change/transaction.h"

enum { TRIE_ORDER_FEW = 256 }; /* fewer routes gain nothing */

/*
 * Reorders `order`, the indexes of changes in the order in which they are to be made. Each run that
 * adds, or deletes, many IPv4 routes gets another order with the same result: routes of one prefix
 * stay in order, and a route that another may need to reach its gateway ends the run. If several
 * lines of such a run are wrong, the kernel may refuse another than the first one first.
 */
void trie_order_routes(const struct transaction *transaction, uint32_t *order, size_t count);

#endif
