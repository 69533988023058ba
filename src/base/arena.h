/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for many small objects that are freed together, such as values of variable length in the
 * records of a line or a snapshot.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *block; /* NULL: empty; a zeroed arena is ready for use */
};

/*
 * Returns `size` zeroed bytes, aligned for any type. They are valid until the arena is reset or
 * freed.
 */
void *arena_get(struct arena *arena, size_t size);
/* Returns a copy of `size` bytes, valid as long as memory from arena_get(). */
void *arena_copy(struct arena *arena, const void *data, size_t size);
/* Empties the arena. One block stays allocated, so that the next line needs no allocation. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
