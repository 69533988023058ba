/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains the kernel's refusals: its sentence, the word at fault, what to do. */
#ifndef CHANGE_REFUSAL_H
#define CHANGE_REFUSAL_H

#include "field/field.h"
#include "netlink/netlink.h"

struct nexthops;
struct rule;

/*
 * Fills the error from the answer to `message`: STATUS_REFUSED. Marks the word at fault if `words`
 * and `origin` are not NULL. Returns -1.
 */
int refusal_explain(const struct answer *answer, const struct nlmsghdr *message,
	const struct words *words, const struct origin *origin, struct error *error);

/*
 * If the kernel found no way to a gateway of the route in `message`, or its device is down, sets
 * the hint of the error to the reason, if one is found (state/reach.h). `legs`, the nexthops as
 * read from the words of the error, or NULL: marks the gateway or device of the first nexthop at
 * fault, if one is found.
 */
void refusal_explain_gateway(struct netlink *netlink, const struct answer *answer,
	const struct nlmsghdr *message, const struct nexthops *legs, struct error *error);

/* Fills the error for a rule whose nftables part is unknown: a change would treat it as empty.
 * Returns -1. */
int refusal_unreadable(const struct rule *rule, struct error *error);

/* Returns true if the kernel refuses because a device is missing, down or lacks an address: it may
 * accept the same message later. */
bool refusal_may_come(const struct answer *answer);

#endif
