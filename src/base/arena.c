/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands out each block from front to back; all blocks are freed together. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	BLOCK_FIRST = 4 * 1024,
	BLOCK_LARGEST = 1024 * 1024, /* more only if one object needs it */
};

struct arena_block {
	struct arena_block *before;
	size_t size;
	size_t used;
	alignas(max_align_t) char data[];
};

static size_t size_aligned(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void arena_grow(struct arena *arena, size_t needed)
{
	struct arena_block *before = arena->block;
	size_t size = before ? before->size * 2 : BLOCK_FIRST;
	struct arena_block *block;

	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	if (size < needed)
		size = needed;
	block = memory_resize(NULL, sizeof(*block) + size);
	block->before = before;
	block->size = size;
	block->used = 0;
	arena->block = block;
}

static void *arena_take(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->block;
	void *piece;

	size = size_aligned(size);
	if (!block || block->size - block->used < size) {
		arena_grow(arena, size);
		block = arena->block;
	}
	piece = block->data + block->used;
	block->used += size;
	return piece;
}

void *arena_get(struct arena *arena, size_t size)
{
	/* Cleared here and not with the block: after arena_reset() the block holds old records. */
	return memset(arena_take(arena, size), 0, size);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
	void *piece = arena_take(arena, size);

	return size ? memcpy(piece, data, size) : piece;
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *before = block->before;

		free(block);
		block = before;
	}
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->block;

	if (!block)
		return;
	blocks_free(block->before);
	block->before = NULL;
	block->used = 0;
}

void arena_free(struct arena *arena)
{
	blocks_free(arena->block);
	arena->block = NULL;
}
