/* Many small pieces of memory with one end: what varies in length in the records of a line or a
 * snapshot. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *block; /* NULL: nothing taken yet, so a zeroed arena is ready for use */
};

/* Zeroed memory, aligned for any type, until the arena is reset or freed. */
void *arena_get(struct arena *arena, size_t size);
/* A copy of `size` bytes. */
void *arena_copy(struct arena *arena, const void *data, size_t size);
/* Takes everything back; keeps one block, so that a line after the other costs no allocation. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
