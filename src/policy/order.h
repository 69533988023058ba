/* The order in which the kernel takes many rules fast. */
#ifndef POLICY_ORDER_H
#define POLICY_ORDER_H

#include "policy/transaction.h"

/*
 * Indexes of the changes in the order to make them, freed with free(); NULL: as they are. The
 * result is the same as that of the order in which they were prepared.
 */
uint32_t *order_changes(const struct transaction *transaction);

#endif
