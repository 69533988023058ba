/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the order in which the kernel processes many changes fast, or packets notice none. */
#ifndef CHANGE_ORDER_H
#define CHANGE_ORDER_H

#include "change/transaction.h"

struct order {
	uint32_t *index; /* index of the change at each place; NULL: the order of preparation */
	bool many_rules; /* too many for NLM_F_EXCL, which searches all rules for each */
};

/* Returns an order with the same result as the order of preparation; freed with order_free(). */
struct order order_changes(const struct transaction *transaction);
struct change *order_at(
	const struct order *order, const struct transaction *transaction, size_t place);
void order_free(struct order *order);

#endif
