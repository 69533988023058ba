/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes lines by the keys of their records; rivals follow one another. */
#include "state/mirror.h"

#include <string.h>

enum {
	DEAD_MOST = 4096, /* removed items; beyond this number they are swept out once they
	                     outnumber the others */
};

void mirror_init(struct mirror *mirror, struct names *names)
{
	*mirror = (struct mirror){.gone = {.size = sizeof(unsigned char)}};
	/* Uses numbers, so that a renamed device is no change of a route. */
	inventory_init(&mirror->inventory, names, true, false);
}

void mirror_free(struct mirror *mirror)
{
	inventory_free(&mirror->inventory);
	hash_table_free(&mirror->by_key);
	vector_free(&mirror->gone);
}

static unsigned char *gone_at(const struct mirror *mirror, size_t index)
{
	return vector_at(&mirror->gone, index);
}

/* Returns where by_key keeps the first item with this key, and with this text unless it is NULL;
 * NULL if there is none. */
static uint32_t *find(const struct mirror *mirror, uint64_t key, const char *text)
{
	size_t place = 0;
	uint32_t *found;

	while ((found = hash_table_next(&mirror->by_key, (uint32_t)key, &place)) != NULL)
		if (inventory_item(&mirror->inventory, *found)->key == key &&
			(!text || !strcmp(inventory_text(&mirror->inventory, *found), text)))
			return found;
	return NULL;
}

static void forget(struct mirror *mirror, uint32_t *found)
{
	*gone_at(mirror, *found) = true;
	mirror->dead++;
	hash_table_remove(&mirror->by_key, found);
}

/* Adds the last item, whose line is in the text already. */
static bool keep_last(struct mirror *mirror, bool replaces)
{
	struct inventory *inventory = &mirror->inventory;
	size_t index = inventory->items.count - 1;
	const struct item *item = inventory_item(inventory, index);
	uint32_t *rival;

	if (find(mirror, item->key, inventory_text(inventory, index))) {
		inventory_drop_last(inventory);
		return false;
	}
	rival = replaces ? find(mirror, item->key, NULL) : NULL;
	if (rival)
		forget(mirror, rival);
	vector_push(&mirror->gone, &(unsigned char){false});
	hash_table_add(&mirror->by_key, (uint32_t)item->key, (uint32_t)index);
	return true;
}

/* Moves the items that are left into a new table. */
static void sweep(struct mirror *mirror)
{
	struct mirror old = *mirror;

	if (mirror->dead < DEAD_MOST || mirror->dead * 2 < mirror->inventory.items.count)
		return;
	mirror_init(mirror, old.inventory.view.names);
	for (size_t i = 0; i < old.inventory.items.count; i++) {
		if (*gone_at(&old, i))
			continue;
		inventory_copy(&mirror->inventory, &old.inventory, i);
		keep_last(mirror, false);
	}
	mirror_free(&old);
}

bool mirror_add(
	struct mirror *mirror, const struct object *object, const void *record, bool replaces)
{
	sweep(mirror);
	inventory_add(&mirror->inventory, object, record);
	return keep_last(mirror, replaces);
}

bool mirror_remove(struct mirror *mirror, const struct object *object, const void *record)
{
	struct inventory *inventory = &mirror->inventory;
	const struct item *item;
	uint32_t *found;

	item = inventory_add(inventory, object, record);
	found = find(mirror, item->key, inventory_text(inventory, inventory->items.count - 1));
	inventory_drop_last(inventory);
	if (!found)
		return false;
	forget(mirror, found);
	return true;
}

void mirror_take_over(struct mirror *mirror, struct mirror *now, bool whole,
	void (*report)(void *context, const char *line, bool there, bool rule), void *context)
{
	const struct inventory *before = &mirror->inventory;
	const struct inventory *after = &now->inventory;
	size_t seen = after->items.count;
	struct mirror old;

	for (size_t i = 0; i < before->items.count; i++) {
		const struct item *item = inventory_item(before, i);

		if (*gone_at(mirror, i) || find(now, item->key, inventory_text(before, i)))
			continue;
		if (whole) {
			report(context, inventory_whole(before, i), false, item->rule);
		} else {
			inventory_copy(&now->inventory, before, i);
			keep_last(now, false);
		}
	}
	for (size_t i = 0; i < seen; i++) {
		const struct item *item = inventory_item(after, i);

		if (!*gone_at(now, i) && !find(mirror, item->key, inventory_text(after, i)))
			report(context, inventory_whole(after, i), true, item->rule);
	}
	old = *mirror;
	*mirror = *now;
	*now = old;
}
