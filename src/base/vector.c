/* A growing array. Its capacity doubles. */
#include "base/vector.h"

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

void *vector_at(const struct vector *vector, size_t index)
{
	return (char *)vector->items + index * vector->size;
}

void vector_free(struct vector *vector)
{
	free(vector->items);
	vector->items = NULL;
	vector->count = 0;
	vector->capacity = 0;
}
