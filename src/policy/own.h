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
 * Gives each of `rules` (struct rule) that looks up a private class, with one default route in it
 * and as the only one of `all` rules, its record: rule->own, unless it has one already. Asks the
 * kernel for the routes. 0, or -1.
 */
int own_attach(struct netlink *netlink, struct vector *rules, const struct vector *all,
	struct arena *arena, struct error *error);

/* A private class that no rule uses; a route may still be there: adding the record says so
 * (EEXIST). */
uint32_t own_candidate(const struct vector *rules);

/*
 * The rule looks up `class`, and its record (rule->own) is the default route there: an IPv4 one
 * without a metric gets the class's number for it, which listings do not show.
 */
void own_assign(struct rule *rule, uint32_t class);

/*
 * Has each of `count` classes from `first` on no other route than its record? Somebody
 * else may have put one of another metric there at the same moment. 0, or -1.
 */
int own_alone(
	struct netlink *netlink, uint32_t first, uint32_t count, bool *alone, struct error *error);

#endif
