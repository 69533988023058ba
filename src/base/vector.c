/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doubles the capacity when it is full. */
#include "base/vector.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CAPACITY_FIRST = 8 };

void *vector_push(struct vector *vector, const void *item)
{
	void *place;

	if (vector->count == vector->capacity) {
		vector->capacity = vector->capacity ? vector->capacity * 2 : CAPACITY_FIRST;
		vector->items = memory_resize(vector->items, vector->capacity * vector->size);
	}
	place = vector_at(vector, vector->count++);
	return memcpy(place, item, vector->size);
}

/* Exchanges two items, byte by byte. */
static void exchange(char *a, char *b, size_t size)
{
	while (size--) {
		char byte = *a;

		*a++ = *b;
		*b++ = byte;
	}
}

void vector_sort(const struct vector *vector, int (*compare)(const void *a, const void *b))
{
	bool rises = true;
	bool falls = true;

	for (size_t i = 1; i < vector->count && (rises || falls); i++) {
		int order = compare(vector_at(vector, i - 1), vector_at(vector, i));

		rises = rises && order <= 0;
		falls = falls && order > 0;
	}
	if (rises)
		return;
	if (!falls) {
		qsort(vector->items, vector->count, vector->size, compare);
		return;
	}
	for (size_t i = 0; i < vector->count / 2; i++)
		exchange(vector_at(vector, i), vector_at(vector, vector->count - 1 - i),
			vector->size);
}

size_t vector_lower_bound(const struct vector *vector, const void *wanted,
	int (*compare)(const void *a, const void *b))
{
	size_t low = 0;
	size_t high = vector->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(vector_at(vector, middle), wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *vector_find(const struct vector *vector, const void *wanted,
	int (*compare)(const void *a, const void *b))
{
	size_t index = vector_lower_bound(vector, wanted, compare);
	void *found = index < vector->count ? vector_at(vector, index) : NULL;

	return found && !compare(found, wanted) ? found : NULL;
}

int compare_uint64(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

void vector_free(struct vector *vector)
{
	free(vector->items);
	vector->items = NULL;
	vector->count = 0;
	vector->capacity = 0;
}
