/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the routes of a class in a list of records. */
#ifndef STATE_CLASS_INDEX_H
#define STATE_CLASS_INDEX_H

#include "base/vector.h"
#include "state/records.h"

/* A route and its class. */
struct class_route {
	uint32_t class;
	uint32_t index; /* in the records */
};

struct class_index {
	struct vector routes; /* struct class_route, by class, those of one class in their order */
};

/* Adds the records that were added since the last call. */
void class_index_update(struct class_index *index, const struct records *records);
/* Returns the first place in index->routes whose class is not lower than this one. */
size_t class_index_find(const struct class_index *index, uint32_t class);
void class_index_free(struct class_index *index);

#endif
