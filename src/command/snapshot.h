/* What save writes down and restore compares with: the records of a scope. */
#ifndef COMMAND_SNAPSHOT_H
#define COMMAND_SNAPSHOT_H

#include "command/session.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/inventory.h"

struct snapshot_scope {
	uint8_t family; /* AF_UNSPEC: both */
	bool routes, rules;
	struct route route; /* which of them */
	struct rule rule;
};

/*
 * `[routes [SELECTOR] | rules [SELECTOR] | SELECTOR]`: nothing is everything, a selector alone
 * means routes. What the kernel made itself is not in it, nor the classes that rules own. 0, or -1.
 */
int snapshot_scope_read(struct session *session, struct words *words, struct snapshot_scope *scope,
	struct error *error);

/*
 * Fills the inventory with the routes and then the rules of the scope, in the kernel's order;
 * `rules` (zeroed; struct rule, freed by the caller) holds the rules, with their own records, in
 * the session's arena. 0, or -1.
 */
int snapshot_take(struct session *session, const struct snapshot_scope *scope,
	struct inventory *inventory, struct vector *rules, struct error *error);

/* Is the record in the scope? For what a file says. */
bool snapshot_has_route(const struct snapshot_scope *scope, const struct route *route);
bool snapshot_has_rule(const struct snapshot_scope *scope, const struct rule *rule);

#endif
