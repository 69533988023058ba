/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps large blocks of memory from one run of a target to the next: to map and to unmap megabytes
 * takes the sanitizer longer than the run. The linker's --wrap leads memory_resize() and free()
 * here. The sanitizer still sees what is read or written behind a block, and behind the start of
 * one that is not in use.
 */
#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	LARGE = 48 * 1024,
	BLOCKS_MAX = 256,
	START = 4096, /* bytes that are out of bounds while the block is not in use */
	WASTE = 4,    /* a block may have this many times the room that is asked for */
};

static struct block {
	char *bytes;
	size_t room, size;
	bool used;
} blocks[BLOCKS_MAX];

void *__real_memory_resize(void *memory, size_t size);
void *__wrap_memory_resize(void *memory, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);

static struct block *find(const void *memory)
{
	for (struct block *block = blocks; block < blocks + BLOCKS_MAX && block->bytes; block++)
		if (block->bytes == memory)
			return block;
	return NULL;
}

static void set_size(struct block *block, size_t size)
{
	ASAN_UNPOISON_MEMORY_REGION(block->bytes, START);
	if (size > block->size)
		ASAN_UNPOISON_MEMORY_REGION(block->bytes, size);
	else
		ASAN_POISON_MEMORY_REGION(block->bytes + size, block->size - size);
	block->size = size;
}

/* A block that has been used for as much, or a new one. */
static struct block *take(size_t size)
{
	struct block *block = blocks;

	while (block < blocks + BLOCKS_MAX && block->bytes &&
		(block->used || block->room < size || block->room / WASTE > size))
		block++;
	/* A target that does not free them. */
	if (block == blocks + BLOCKS_MAX)
		abort();
	if (!block->bytes) {
		block->room = block->size = size;
		block->bytes = __real_memory_resize(NULL, size);
	}
	block->used = true;
	set_size(block, size);
	return block;
}

static void give(struct block *block)
{
	block->used = false;
	ASAN_POISON_MEMORY_REGION(block->bytes, START);
}

void *__wrap_memory_resize(void *memory, size_t size)
{
	struct block *block = memory ? find(memory) : NULL;
	struct block *larger;
	size_t held;

	if (size < LARGE && !block)
		return __real_memory_resize(memory, size);
	if (block && block->room >= size) {
		set_size(block, size);
		return memory;
	}
	larger = take(size);
	if (memory) {
		held = block ? block->size : __sanitizer_get_allocated_size(memory);
		memcpy(larger->bytes, memory, held < size ? held : size);
		__wrap_free(memory);
	}
	return larger->bytes;
}

void __wrap_free(void *memory)
{
	struct block *block = memory ? find(memory) : NULL;

	if (!block)
		__real_free(memory);
	else if (!block->used)
		abort(); /* freed twice */
	else
		give(block);
}
