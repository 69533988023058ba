/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives the realms that the program chooses to rules and to the other rules of their class, and
 * removes them again. */
#ifndef NAT_REALM_TAGS_H
#define NAT_REALM_TAGS_H

#include "change/transaction.h"

struct realms;
struct rule;
struct vector;

/* Reads the realms of the IPv4 rules (struct rule), before the changes noted below. */
struct realms *realms_new(const struct vector *rules);
void realms_free(struct realms *realms);

/*
 * Call this before an IPv4 rule is added: sets its realm to that of its class, or, if it
 * translates, to an unused one. If the rule has the word `retag`, adds the changes that give the
 * realm to the other rules of the class. Returns 0, or -1 with the error.
 */
int realm_give(struct transaction *transaction, struct rule *rule, struct realms *realms,
	struct error *error);

/* Notes that an IPv4 rule has been removed. */
void realms_note_removal(struct realms *realms, const struct rule *rule);
/* Notes that a rule stays but may need its realm no more. */
void realms_note_change(struct realms *realms, const struct rule *rule);

/* Gives a realm to all rules of a class, except those with a realm that the user gave. Returns 0,
 * or -1 with the error. */
int realm_share(
	struct transaction *transaction, uint32_t class, uint32_t realm, struct error *error);
/* Removes the realm from the rules of each class from which a rule was removed, unless one of them
 * still translates. Returns 0, or -1 with the error. */
int realms_take(struct transaction *transaction, struct realms *realms, struct error *error);

#endif
