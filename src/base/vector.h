/* A growing array of plain values of one size. */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <stddef.h>

struct vector {
	void *items;
	size_t count;
	size_t capacity;
	size_t size; /* of one item, in bytes; set it before the first push */
};

/* Appends a copy of *item and returns where it is (until the next push). */
void *vector_push(struct vector *vector, const void *item);
void *vector_at(const struct vector *vector, size_t index);
void vector_free(struct vector *vector);

#endif
