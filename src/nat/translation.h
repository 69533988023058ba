/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nftables part of a transaction: gives rules their realms and NAT routes their kernel route,
 * and changes the program's nftables tables together with them. A participant: packets are
 * translated before the kernel routes them by a new rule, and until it has removed an old one, so
 * none leaves untranslated in between.
 */
#ifndef NAT_TRANSLATION_H
#define NAT_TRANSLATION_H

#include "change/transaction.h"

struct rule;

/* Joins a transaction. nftables is read only once a rule or route concerns it. */
void translation_join(struct transaction *transaction);

/* Changes the nftables part of a translating rule to that of `wanted`, which is otherwise the same.
 * translation_join() must have been called. Returns 0, or -1 with the error. */
int translation_change_words(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error);
/* Restores the nftables part of a rule that lost it, from `wanted`, which is otherwise the same.
 * translation_join() must have been called. Returns 0, or -1 with the error. */
int translation_repair(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error);

/* Makes the commit also remove nftables parts that belong to no rule or route. translation_join()
 * must have been called. Returns 0, or -1 with the error. */
int translation_tidy(struct transaction *transaction, struct error *error);

#endif
