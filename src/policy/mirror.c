/* A hash table of lines by the keys of their records; rivals stand one behind the other. */
#include "policy/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/route.h"

enum {
	SLOTS_FIRST = 1024,
	DEAD_MOST = 4096, /* items that are gone; more than those that are there are swept out */
};

void mirror_init(struct mirror *mirror, struct names *names)
{
	*mirror = (struct mirror){0};
	/* Numbers, so that a name that changes is no change of the route. */
	inventory_init(&mirror->inventory, names, true, false);
}

void mirror_free(struct mirror *mirror)
{
	inventory_free(&mirror->inventory);
	free(mirror->gone);
	free(mirror->slots);
}

static void slot_set(struct mirror *mirror, size_t index)
{
	size_t at = inventory_item(&mirror->inventory, index)->key;

	while (mirror->slots[at & (mirror->slot_count - 1)])
		at++;
	mirror->slots[at & (mirror->slot_count - 1)] = (uint32_t)index + 1;
}

static void grow(struct mirror *mirror)
{
	size_t count = mirror->inventory.items.count;

	if ((count + 1) * 2 <= mirror->slot_count)
		return;
	free(mirror->slots);
	mirror->slot_count = mirror->slot_count ? mirror->slot_count * 2 : SLOTS_FIRST;
	mirror->slots = memory_get(mirror->slot_count * sizeof *mirror->slots);
	mirror->gone = memory_resize(mirror->gone, mirror->slot_count / 2);
	for (size_t i = 0; i < count; i++)
		slot_set(mirror, i);
}

/* The item that is there with this key, and with this text if it is not NULL; NULL: none. */
static unsigned char *find(const struct mirror *mirror, uint64_t key, const char *text)
{
	size_t at = key;

	for (; mirror->slots[at & (mirror->slot_count - 1)]; at++) {
		size_t index = mirror->slots[at & (mirror->slot_count - 1)] - 1;

		if (inventory_item(&mirror->inventory, index)->key == key && !mirror->gone[index] &&
			(!text || !strcmp(inventory_text(&mirror->inventory, index), text)))
			return &mirror->gone[index];
	}
	return NULL;
}

/* Adds a line that stands in the text already, as the last item. */
static bool keep_last(struct mirror *mirror, bool replaces)
{
	struct inventory *inventory = &mirror->inventory;
	size_t index = inventory->items.count - 1;
	const struct item *item = inventory_item(inventory, index);
	unsigned char *rival;

	if (find(mirror, item->key, inventory_text(inventory, index))) {
		inventory_drop_last(inventory);
		return false;
	}
	rival = replaces ? find(mirror, item->key, NULL) : NULL;
	if (rival) {
		*rival = true;
		mirror->dead++;
	}
	mirror->gone[index] = false;
	slot_set(mirror, index);
	return true;
}

/* Takes those that are there into a new table. */
static void sweep(struct mirror *mirror)
{
	struct mirror old = *mirror;

	if (mirror->dead < DEAD_MOST || mirror->dead * 2 < mirror->inventory.items.count)
		return;
	mirror_init(mirror, old.inventory.view.names);
	for (size_t i = 0; i < old.inventory.items.count; i++) {
		if (old.gone[i])
			continue;
		grow(mirror);
		inventory_copy(&mirror->inventory, &old.inventory, i);
		keep_last(mirror, false);
	}
	mirror_free(&old);
}

bool mirror_add(
	struct mirror *mirror, const struct object *object, const void *record, bool replaces)
{
	sweep(mirror);
	grow(mirror);
	inventory_add(&mirror->inventory, object, record);
	return keep_last(mirror, replaces);
}

bool mirror_remove(struct mirror *mirror, const struct object *object, const void *record)
{
	struct inventory *inventory = &mirror->inventory;
	const struct item *item;
	unsigned char *found;

	grow(mirror);
	item = inventory_add(inventory, object, record);
	found = find(mirror, item->key, inventory_text(inventory, inventory->items.count - 1));
	inventory_drop_last(inventory);
	if (!found)
		return false;
	*found = true;
	mirror->dead++;
	return true;
}

void mirror_take_over(struct mirror *mirror, struct mirror *now,
	void (*tell)(void *context, const char *line, bool there, bool rule), void *context)
{
	const struct inventory *before = &mirror->inventory;
	const struct inventory *after = &now->inventory;
	struct mirror old;

	grow(mirror);
	grow(now);
	for (size_t i = 0; i < before->items.count; i++) {
		const struct item *item = inventory_item(before, i);

		if (!mirror->gone[i] && !find(now, item->key, inventory_text(before, i)))
			tell(context, inventory_whole(before, i), false, item->rule);
	}
	for (size_t i = 0; i < after->items.count; i++) {
		const struct item *item = inventory_item(after, i);

		if (!now->gone[i] && !find(mirror, item->key, inventory_text(after, i)))
			tell(context, inventory_whole(after, i), true, item->rule);
	}
	old = *mirror;
	*mirror = *now;
	*now = old;
}
