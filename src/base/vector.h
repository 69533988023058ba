/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing array of items of one size. */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <stddef.h>
#include <stdint.h>

struct vector {
	void *items;
	size_t count;
	size_t capacity;
	size_t size; /* of one item, in bytes; set before the first push */
};

/* Appends a copy of *item and returns a pointer to the copy, valid until the next push. */
void *vector_push(struct vector *vector, const void *item);
/* Returns the item with this index, which must exist. */
static inline void *vector_at(const struct vector *vector, size_t index)
{
	return (char *)vector->items + index * vector->size;
}
/* Sorts the items. Takes one pass if they are in order already, or strictly in reverse order. */
void vector_sort(const struct vector *vector, int (*compare)(const void *a, const void *b));
/* Return, in a sorted vector, the index of the first item that does not come before `wanted` (the
 * count if all do), and the first item that equals it (NULL if none does). */
size_t vector_lower_bound(const struct vector *vector, const void *wanted,
	int (*compare)(const void *a, const void *b));
void *vector_find(const struct vector *vector, const void *wanted,
	int (*compare)(const void *a, const void *b));
/* Compares two items that are, or start with, a uint64_t. */
int compare_uint64(const void *a, const void *b);
void vector_free(struct vector *vector);

#endif
