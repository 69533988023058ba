/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules with an own record: the default route that is the only route of a private class, besides
 * its marker. */
#ifndef STATE_OWN_H
#define STATE_OWN_H

#include "base/arena.h"
#include "base/vector.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"

/*
 * Sets rule->own, unless it is set, of each of `rules` (struct rule) that is the only one of `all`
 * to look up a private class with one record. A class is private if it contains its marker, or (as
 * older versions made them) if the metric of its only IPv4 route is the class's number. Sets
 * rule->gone if the record is missing, rule->marked and rule->only by the marker. Dumps the routes;
 * the records are in the arena. Returns 0, or -1 with the error.
 */
int own_attach(struct netlink *netlink, struct vector *rules, const struct vector *all,
	struct arena *arena, struct error *error);

/*
 * Fills `rules` (struct rule; zeroed, freed by the caller) with the rules of a family (AF_UNSPEC:
 * of both), each with its own record; both are in the arena. `interrupted` as in store_load().
 * Returns 0, or -1 with the error.
 */
int own_load_rules(struct netlink *netlink, uint8_t family, struct vector *rules,
	struct arena *arena, bool *interrupted, struct error *error);

/* The last private class: the metric of its marker must be a 32-bit number, too. */
#define OWN_CLASS_LAST (UINT32_MAX - MARKER_METRIC)

/* Returns a private class that no rule uses. It may still contain routes; then adding the marker
 * fails with EEXIST. */
uint32_t own_candidate(const struct vector *rules);

/* Copies what own_attach() set in `known` to another copy of that rule. */
void own_copy(struct rule *rule, const struct rule *known);

/* Returns the marker of a rule's private class. */
struct route own_marker(const struct rule *rule);
/* Returns true if the route is the marker of its class. */
bool own_is_marker(const struct route *route);

/*
 * Makes the rule look up `class`, and its record (rule->own) the default route of that class. An
 * IPv4 record without a metric gets the number of the class as its metric, which listings don't
 * show.
 */
void own_assign(struct rule *rule, uint32_t class);

/* Sets *own to whether a class contains its marker, and so belongs to a rule with an own record.
 * Returns 0, or -1 with the error. */
int own_has_marker(
	struct netlink *netlink, uint8_t family, uint32_t class, bool *own, struct error *error);

/* Sets *alone to whether each of `count` classes from `first` on contains only its marker and its
 * record. Another program may have added a route with another metric at the same time. Returns 0,
 * or -1 with the error. */
int own_alone(
	struct netlink *netlink, uint32_t first, uint32_t count, bool *alone, struct error *error);

#endif
