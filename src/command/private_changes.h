/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the own records of the rules that a transaction changes, so that both can be written in the
 * words of the rule, without the number of the private class. */
#ifndef COMMAND_PRIVATE_CHANGES_H
#define COMMAND_PRIVATE_CHANGES_H

#include "base/arena.h"
#include "base/vector.h"
#include "change/transaction.h"

struct rule;

struct private_changes {
	const struct transaction *transaction; /* borrowed; must not change */
	struct vector items;                   /* struct private_change, by class */
};

/* Returns true if the record of the change is in a private class, or looks one up. */
bool change_is_private(const struct transaction *transaction, const struct change *change);

/* Fills `found`, which the caller frees. */
void private_changes_collect(struct private_changes *found, const struct transaction *transaction);
/*
 * If a change adds or removes `rule` together with its private class, sets rule->own, in the
 * arena, and rule->only. Returns false if the class is only named like a private one. The own
 * record may be missing: then rule->own is not given.
 */
bool private_changes_attach(const struct private_changes *found, const struct change *change,
	struct rule *rule, struct arena *arena);
/* Returns true if the change removes the only route of a private class that is not an own record: a
 * marker, or what another program put there. */
bool private_changes_bare(const struct private_changes *found, const struct change *change);
void private_changes_free(struct private_changes *found);

#endif
