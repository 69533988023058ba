/*
 * The part of a transaction that is in nftables: rules get their realms, NAT routes their kernel
 * route, and the tool's tables change together with them. Translating comes before routing, and
 * ends after it: no packet leaves untranslated in between.
 */
#ifndef POLICY_TRANSLATION_H
#define POLICY_TRANSLATION_H

#include "policy/transaction.h"

struct route;
struct rule;
struct translation;

void translation_free(struct translation *translation);

/*
 * Before a rule is added: chooses its realm, if it translates or shares a class with one that does;
 * adds the changes that its word `retag` allows. 0, or -1 with the error.
 */
int translation_add_rule(struct transaction *transaction, struct rule *rule, struct error *error);
/*
 * Before anything about the rule is decided: takes part if it, or another of its family, has
 * something to do with nftables. `removal`: it is to go. 0, or -1.
 */
int translation_begin(struct transaction *transaction, const struct rule *rule, bool removal,
	struct error *error);
/* After a rule was removed. */
void translation_remove_rule(struct transaction *transaction, const struct rule *rule);
/* Notes a change of a route: of a NAT route, or of what may be one. */
void translation_note_route(
	struct transaction *transaction, enum operation operation, const struct route *route);
/*
 * When all changes are prepared: takes up the NAT routes; classes whose last rule that translates
 * is gone give up their realm. 0, or -1.
 */
int translation_prepare(struct transaction *transaction, struct error *error);

/*
 * A rule is there, but nftables has lost its part: it gets the words of `wanted`, which is alike
 * but for them. 0, or -1.
 */
int translation_mend(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error);

/* Commits also clear away parts in nftables that belong to nothing. 0, or -1. */
int translation_tidy(struct transaction *transaction, struct error *error);

/* Gives a rule or route that a change speaks of the words that its message does not hold. */
void translation_words(
	const struct transaction *transaction, const struct object *object, void *record);

#endif
