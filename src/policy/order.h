/* The order in which the kernel takes many changes fast. */
#ifndef POLICY_ORDER_H
#define POLICY_ORDER_H

#include "policy/transaction.h"

struct order {
	uint32_t *index; /* of the change at each place; NULL: as they were prepared */
	bool many_rules; /* so many that the kernel should not look for equals of each */
};

/* The result of making them so is the same as in the order in which they were prepared. */
struct order order_changes(const struct transaction *transaction);
struct change *order_at(
	const struct order *order, const struct transaction *transaction, size_t place);
void order_free(struct order *order);

#endif
