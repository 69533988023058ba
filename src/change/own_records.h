/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private classes that a transaction has chosen for its new rules, and the own record in
 * each. */
#ifndef CHANGE_OWN_RECORDS_H
#define CHANGE_OWN_RECORDS_H

#include "base/vector.h"
#include "change/kept.h"

struct arena;
struct rule;

/* None when zeroed. */
struct own_records {
	uint32_t first;           /* the first private class; the others follow it */
	uint32_t reserved;        /* classes up to this one must not be chosen; 0: none */
	uint32_t count;           /* number of private classes */
	struct kept_list records; /* the own records */
	struct vector numbers;    /* uint32_t: number of the record of each class */
	struct vector only;       /* bool for each class: its marker is `unreachable` */
};

/* Notes rule->own as the record of the next private class, or that there is none (rule->gone), and
 * whether the rule has `only`. */
void own_records_add(struct own_records *own, const struct rule *rule);
/* If the rule looks up one of the classes, sets rule->own, in the arena, or rule->gone. */
void own_records_attach(struct own_records *own, struct rule *rule, struct arena *arena);
void own_records_free(struct own_records *own);

#endif
