/* The private classes of a transaction: numbers that nothing else uses, as it turns out. */
#ifndef POLICY_CLAIM_H
#define POLICY_CLAIM_H

#include "policy/transaction.h"

enum { CLAIM_ATTEMPTS = 64 };

/* The class of a message, if it is one of those claimed; 0: it is not. */
uint32_t claim_class(const struct transaction *transaction, const struct nlmsghdr *message);

/*
 * Somebody else has the class `taken`: all that are claimed move behind it, further at each
 * attempt, in all messages. 0, or -1.
 */
int claim_move(struct transaction *transaction, uint32_t taken, int attempt, struct error *error);

/* Is each claimed class ours alone, now that its record is there? 0, or -1. */
int claim_check(const struct transaction *transaction, bool *alone, struct error *error);

#endif
