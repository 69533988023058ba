/* Realms of the tool's own: given to rules, put on the other rules of their class, taken off again.
 */
#ifndef POLICY_REALM_H
#define POLICY_REALM_H

#include "policy/transaction.h"

struct realms_used;
struct rule;

void realms_free(struct realms_used *used);

/*
 * Before an IPv4 rule is added: gives it the realm of its class, or one that nobody uses if it
 * translates; with its word `retag`, adds the changes that put it on the other rules of the class.
 * *used (NULL at first): the realms that are taken. 0, or -1 with the error.
 */
int realm_give(struct transaction *transaction, struct rule *rule, struct realms_used **used,
	struct error *error);

/* Takes the realm off the rules of a class, unless one of them still translates. 0, or -1. */
int realm_take(struct transaction *transaction, uint32_t class, struct error *error);

#endif
