/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds what a killed program has left: records and markers in private classes that no rule looks
 * up. Another program may use such a number, too: a class counts only if its only route, besides
 * its marker, is a default route; in IPv4 with the metric that own_assign() gives it, in IPv6 with
 * a marker. The classes of older versions, which made no marker, have low numbers.
 */
#ifndef STATE_LEFTOVERS_H
#define STATE_LEFTOVERS_H

#include "base/arena.h"
#include "base/vector.h"
#include "model/route.h"

/* The number of private classes, from the first on, that may be ours without a marker. */
#define LEFTOVERS_NUMBERS (1U << 20)

struct leftovers {
	uint8_t family;
	struct vector used;   /* uint32_t: private classes that rules look up */
	struct vector routes; /* struct route: of the other private classes, those of a class in
	                         sequence */
	struct arena arena;
};

/* Starts without any; freed with leftovers_free(). */
void leftovers_init(struct leftovers *leftovers, uint8_t family);
void leftovers_free(struct leftovers *leftovers);
/* Notes that a rule looks up a class. */
void leftovers_use(struct leftovers *leftovers, uint32_t class);
/* Sorts the classes that are in use: once, after the last one and before the first route. */
void leftovers_sort(struct leftovers *leftovers);
/* Notes a copy of a route if it may be left over; passes over the others. */
void leftovers_note(struct leftovers *leftovers, const struct route *route);
/*
 * Returns true if the route with this index is a marker, or a record that is alone with it, of this
 * program. All routes have been noted. The caller excludes the classes of VRFs, except for markers.
 */
bool leftovers_has(const struct leftovers *leftovers, size_t index);

#endif
