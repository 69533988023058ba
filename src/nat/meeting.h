/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds rules that can match the same packet as another, without comparing it with all. */
#ifndef NAT_MEETING_H
#define NAT_MEETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vector.h"

struct rule;

/* The rules sorted by one prefix, their source or their destination. */
struct meeting_side {
	struct vector places; /* struct meeting_place */
	bool lengths[129];    /* prefix lengths that occur */
};

struct meeting {
	const struct vector *rules; /* struct rule, in order; borrowed */
	struct meeting_side source, destination;
};

/* Fills it with those of the rules that belong to it. `rules` must outlive it. */
void meeting_make(struct meeting *meeting, const struct vector *rules,
	bool (*belongs)(const struct rule *rule));
void meeting_free(struct meeting *meeting);
/* Returns the index of the first rule in it, from `first` on, that the rule with the index `rule`
 * meets (overlap.h), other than itself; the number of all rules if there is none. */
size_t meeting_find(const struct meeting *meeting, size_t rule, size_t first);

#endif
