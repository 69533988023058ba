/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Open addressing with linear probing; at least half of the slots are free. */
#include "base/hash_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	SIZE_FIRST = 256,
	GROWTH = 4,
};

/* The item is not in the table yet. */
static void place_item(struct hash_table *table, uint32_t hash, uint32_t item)
{
	size_t at = hash & (table->size - 1);

	while (table->slots[at].item != HASH_FREE)
		at = (at + 1) & (table->size - 1);
	table->slots[at] = (struct hash_slot){hash, item};
}

static void grow(struct hash_table *table)
{
	struct hash_slot *old = table->slots;
	size_t old_size = table->size;
	size_t first = 0;

	/* If most items are removed, the same size has room again. */
	if (!old_size)
		table->size = SIZE_FIRST;
	else if (table->count * GROWTH >= old_size)
		table->size *= GROWTH;
	table->slots = memory_resize(NULL, table->size * sizeof *table->slots);
	memset(table->slots, 0xff, table->size * sizeof *table->slots);
	/* From a free slot on: items with one hash stay in their order. */
	while (old_size && old[first].item != HASH_FREE)
		first++;
	for (size_t i = 0; i < old_size; i++) {
		const struct hash_slot *slot = &old[(first + i) & (old_size - 1)];

		if (slot->item < HASH_REMOVED)
			place_item(table, slot->hash, slot->item);
	}
	table->used = table->count;
	free(old);
}

void hash_table_add(struct hash_table *table, uint32_t hash, uint32_t item)
{
	if (table->size < 2 * (table->used + 1))
		grow(table);
	place_item(table, hash, item);
	table->used++;
	table->count++;
}

uint32_t *hash_table_next(const struct hash_table *table, uint32_t hash, size_t *place)
{
	while (*place < table->size) {
		struct hash_slot *slot = &table->slots[(hash + *place) & (table->size - 1)];

		if (slot->item == HASH_FREE)
			return NULL;
		++*place;
		if (slot->hash == hash && slot->item != HASH_REMOVED)
			return &slot->item;
	}
	return NULL;
}

void hash_table_remove(struct hash_table *table, uint32_t *item)
{
	*item = HASH_REMOVED;
	table->count--;
}

void hash_table_clear(struct hash_table *table)
{
	if (table->size)
		memset(table->slots, 0xff, table->size * sizeof *table->slots);
	table->used = 0;
	table->count = 0;
}

void hash_table_free(struct hash_table *table)
{
	free(table->slots);
	*table = (struct hash_table){0};
}

uint64_t hash_words(uint64_t hash, const void *bytes, size_t size)
{
	const char *at = bytes;
	uint32_t word;

	for (size_t i = 0; i < size; i += sizeof word) {
		memcpy(&word, at + i, sizeof word);
		hash = hash_word(hash, word);
	}
	return hash;
}
