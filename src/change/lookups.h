/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the classes that rules look up before and after the changes of a difference. */
#ifndef CHANGE_LOOKUPS_H
#define CHANGE_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vector.h"

struct error;
struct difference;
struct record_item;
struct records;
struct transaction;

/* Zero it before the first use. */
struct lookups {
	bool known;                         /* if false, every class counts as looked up */
	struct vector now, removed, wanted; /* uint64_t: key of the class of each rule, sorted */
};

/*
 * Finds these classes if both rules and routes of other classes than the kernel's change; otherwise
 * clears lookups->known. The changes of the transaction have not been prepared yet. Call
 * lookups_free() even on failure. Returns 0, or -1 with the error.
 */
int lookups_find(struct lookups *lookups, const struct records *have, const struct records *want,
	const struct difference *difference, struct transaction *transaction, struct error *error);
void lookups_free(struct lookups *lookups);

/* Return true if a rule in the kernel, of any owner, looks up the class of this route, now or after
 * the changes. */
bool lookups_reach_now(const struct lookups *lookups, const struct record_item *route);
bool lookups_reach_then(const struct lookups *lookups, const struct record_item *route);

#endif
