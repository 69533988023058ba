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

void vector_free(struct vector *vector)
{
	free(vector->items);
	vector->items = NULL;
	vector->count = 0;
	vector->capacity = 0;
}
