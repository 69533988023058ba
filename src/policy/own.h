/* Rules with a class of their own (the document's application 2): the private class holds one
 * default route. */
#ifndef POLICY_OWN_H
#define POLICY_OWN_H

#include "base/arena.h"
#include "base/vector.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"

/*
 * Gives each of `rules` (struct rule) that looks up a private class, alone, with one default route
 * in it, its record: rule->own. Asks the kernel for the routes. 0, or -1.
 */
int own_attach(
	struct netlink *netlink, struct vector *rules, struct arena *arena, struct error *error);

/*
 * Puts the rule's record (rule->own) into a private class that nothing else uses and sets
 * rule->class. `rules` are those that exist. The words blame the record's refusal. Two programs at
 * a time never get the same class. 0, or -1: nothing is left behind.
 */
int own_claim(struct netlink *netlink, struct rule *rule, const struct vector *rules,
	const struct words *words, struct error *error);

/* Takes the record away again. 0, or -1. */
int own_release(struct netlink *netlink, const struct rule *rule, struct error *error);

#endif
