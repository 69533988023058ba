/* The order in which the kernel's trie takes many IPv4 routes fast. */
#ifndef POLICY_SPREAD_H
#define POLICY_SPREAD_H

#include "policy/transaction.h"

enum { SPREAD_FEW = 256 }; /* up to here nothing is gained */

/*
 * `order` holds indexes of changes, as they are to be made. Each run of it that adds, or deletes,
 * many IPv4 routes is put into another order whose result is the same: those of one prefix stay in
 * their order, and a route that another may need as the way to its gateway ends the run. Of several
 * wrong lines in such a run the kernel need not see the first one first.
 */
void spread_routes(const struct transaction *transaction, uint32_t *order, size_t count);

#endif
