/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash index of items that are kept elsewhere: it has their numbers and hashes, and the caller
 * compares the items. Several items may have one hash.
 */
#ifndef BASE_HASH_TABLE_H
#define BASE_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint32_t hash;
	uint32_t item; /* or one of the two marks below */
};

/* Empty when zeroed. */
struct hash_table {
	struct hash_slot *slots;
	size_t size; /* slots: a power of two, or 0 */
	size_t used; /* slots that are not free, including those of removed items */
	size_t count;
};

#define HASH_FREE    UINT32_MAX       /* no item */
#define HASH_REMOVED (UINT32_MAX - 1) /* a removed item */

/* Adds an item (below HASH_REMOVED). Pointers from hash_table_next() are invalid after that. */
void hash_table_add(struct hash_table *table, uint32_t hash, uint32_t item);
/*
 * Finds the next item with a hash, in the order in which they were added. *place starts at 0 and is
 * advanced. Returns a pointer to the item's number, which may be overwritten; NULL if there are no
 * more.
 */
uint32_t *hash_table_next(const struct hash_table *table, uint32_t hash, size_t *place);
/* Removes the item that hash_table_next() has returned. */
void hash_table_remove(struct hash_table *table, uint32_t *item);
/* Removes all items and keeps the memory. */
void hash_table_clear(struct hash_table *table);
void hash_table_free(struct hash_table *table);

/* Adds a word to a hash; the upper half of the result is mixed best. */
static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
	return hash ^ hash >> 29;
}
/* Adds `size` bytes, at any address, to a hash as whole 32-bit words: the rest of the last word
 * must be readable. */
uint64_t hash_words(uint64_t hash, const void *bytes, size_t size);

#endif
