/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds an order in which the kernel can look up the gateways of new routes: see leads.h. */
#ifndef CHANGE_LEAD_ORDER_H
#define CHANGE_LEAD_ORDER_H

#include "change/transaction.h"

/*
 * Moves routes whose gateways no rule leads to yet behind the rules that are to lead there, and
 * other rules behind these routes, as far as `order` (indexes of changes, `count` of them) mixes
 * them. The routes that are moved come with the longest prefixes first: their class may be looked
 * up already.
 */
void lead_order_routes(const struct transaction *transaction, uint32_t *order, size_t count);

#endif
