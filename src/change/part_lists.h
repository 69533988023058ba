/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heads of lists, found by a key of 64 bits: for rule_parts.h and route_parts.h. */
#ifndef CHANGE_PART_LISTS_H
#define CHANGE_PART_LISTS_H

#include "base/hash_table.h"
#include "base/vector.h"

/* `first` and `last` are indexes in the owner's vector, plus one; 0: none. */
struct part_list {
	uint64_t key;
	uint32_t first, last;
	uint32_t count;
};

/* Empty when zeroed. */
struct part_lists {
	struct hash_table by_key; /* indexes of `heads` */
	struct vector heads;      /* struct part_list */
};

/* Both return a list that is valid until the next one is made; part_lists_find() returns NULL if
 * there is none with this key, part_lists_get() makes it. */
struct part_list *part_lists_find(const struct part_lists *lists, uint64_t key);
struct part_list *part_lists_get(struct part_lists *lists, uint64_t key);
void part_lists_free(struct part_lists *lists);

#endif
