/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Combines the notifications of a private class: marker, record and rule arrive one by one but are
 * one rule in words.
 */
#ifndef STATE_OWN_WATCH_H
#define STATE_OWN_WATCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/vector.h"
#include "model/route.h"
#include "model/rule.h"

/* Empty when zeroed. */
struct own_watch {
	struct vector classes;   /* struct own_class */
	struct hash_table index; /* indexes of `classes`, by family and class */
};

enum own_news {
	OWN_OTHER,  /* concerns no private class, or is a complete rule: report the record */
	OWN_INNER,  /* it is a part of a rule: do not report it */
	OWN_FILLED, /* a rule got its own record back: report `rule` */
	OWN_GONE,   /* a rule has lost its own record (rule->gone): report `rule` */
};

/*
 * Notes that a route or a rule was added or removed, and returns what that means. Sets rule->own of
 * a rule whose private class is known. `rule` must be zeroed; it is filled for OWN_FILLED and
 * OWN_GONE. Records are in the arena.
 */
enum own_news own_watch_note(struct own_watch *watch, const struct object *object, void *record,
	bool added, struct arena *arena, struct rule *rule);
void own_watch_free(struct own_watch *watch);

#endif
