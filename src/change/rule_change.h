/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adds all changes that a rule needs: the rule itself, its own record in a private class, and what
 * the participants of the transaction add. transaction_add() adds one message.
 */
#ifndef CHANGE_RULE_CHANGE_H
#define CHANGE_RULE_CHANGE_H

#include "change/transaction.h"

struct rule;

/*
 * Adds a rule. If it has an own record, or has lost it (rule->gone), chooses a private class,
 * writes it into `rule`, and adds what is in that class before the rule. A participant may edit the
 * rule. Returns 0, or -1 with the error; then some changes may have been added, and the transaction
 * must not be committed.
 */
int rule_add(struct transaction *transaction, struct rule *rule, struct error *error);

/*
 * Adds the removal of a rule and then of its own record. `after`: skipped if an earlier change of
 * the same line is refused. `rule` may be the policy's own copy; it is not used after the return.
 * Returns 0, or -1 with the error.
 */
int rule_remove(
	struct transaction *transaction, const struct rule *rule, bool after, struct error *error);

/*
 * Adds the own record of `wanted` for a rule whose own record is gone (rule->gone). Sets the class
 * of `wanted` to that of `rule`.
 */
void rule_refill(struct transaction *transaction, const struct rule *rule, struct rule *wanted);

/*
 * Reads the rules of a family into the transaction's policy, and notes the changes of rules that
 * were prepared before. Returns 0, or -1 with the error.
 */
int rule_note_earlier(struct transaction *transaction, uint8_t family, struct error *error);

#endif
