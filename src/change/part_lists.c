/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hash index; the lists themselves are the owner's. */
#include "change/part_lists.h"

static uint32_t hash_of(uint64_t key)
{
	return (uint32_t)(hash_word(0, key) >> 32);
}

struct part_list *part_lists_find(const struct part_lists *lists, uint64_t key)
{
	size_t place = 0;
	const uint32_t *found;

	while ((found = hash_table_next(&lists->by_key, hash_of(key), &place))) {
		struct part_list *list = vector_at(&lists->heads, *found);

		if (list->key == key)
			return list;
	}
	return NULL;
}

struct part_list *part_lists_get(struct part_lists *lists, uint64_t key)
{
	const struct part_list empty = {.key = key};
	struct part_list *list = part_lists_find(lists, key);

	if (list)
		return list;
	hash_table_add(&lists->by_key, hash_of(key), (uint32_t)lists->heads.count);
	lists->heads.size = sizeof empty;
	return vector_push(&lists->heads, &empty);
}

void part_lists_free(struct part_lists *lists)
{
	hash_table_free(&lists->by_key);
	vector_free(&lists->heads);
}
