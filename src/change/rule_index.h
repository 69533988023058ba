/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the rules of one family, as a transaction will leave them, by preference, by selectors, by
 * private class, and by single attributes. Each rule is kept once; the indexes refer to it.
 */
#ifndef CHANGE_RULE_INDEX_H
#define CHANGE_RULE_INDEX_H

#include "change/groups.h"
#include "change/operation.h"
#include "change/rule_parts.h"

/* Must not move in memory after rule_index_init(). */
struct rule_index {
	struct kept_list records;
	struct groups preferences; /* by preference, in the kernel's order; with their earlier state
	                            */
	struct groups selectors;   /* by all selectors */
	struct groups owners;      /* rules with a private class, by class */
	bool lowest_known;
	uint32_t lowest[3]; /* see rule_index_lowest() */
	bool parted;
	struct rule_parts parts; /* by single attributes; made when first needed */
};

void rule_index_init(struct rule_index *index);
void rule_index_free(struct rule_index *index);
/* Rebuilds the indexes after classes have changed in the kept messages. */
void rule_index_rehash(struct rule_index *index);

/* Indexes a kept rule that the kernel has. */
void rule_index_enter(struct rule_index *index, uint32_t record);
/*
 * Applies the change that a kept rule stands for (kept->operation): adds it after those of its
 * preference; removes the first with the same message; or replaces the nftables part of that one
 * (OPERATION_REPLACE).
 */
void rule_index_change(struct rule_index *index, uint32_t record);

/*
 * Returns three preferences: the two lowest in use, and the lowest after the rules of local-policy
 * (above PREFERENCE_HOST_END). UINT32_MAX: there is none. Valid until the next change.
 */
const uint32_t *rule_index_lowest(struct rule_index *index);
/* Returns the number of rules that look up the private class of this one. */
size_t rule_index_owners(struct rule_index *index, const struct nlmsghdr *rule);

/*
 * The next three call the visitor for the rules in question, and maybe for others, in the kernel's
 * order.
 *
 * Rules with the same selectors as `rule`, and with its preference if it has one.
 */
void rule_index_alike(
	struct rule_index *index, const struct nlmsghdr *rule, const struct rule_visitor *visitor);
/*
 * Rules with its preference. `exact`: only those that have all attributes of `rule`, and maybe
 * more.
 */
void rule_index_near(struct rule_index *index, const struct nlmsghdr *rule, bool exact,
	const struct rule_visitor *visitor);
/* Rules of any preference that have all attributes of `rule`, and maybe more. Returns false, and
 * visits none, if none of its attributes is indexed. */
bool rule_index_fitting(
	struct rule_index *index, const struct nlmsghdr *rule, const struct rule_visitor *visitor);

#endif
