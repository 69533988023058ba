/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renders records as canonical texts. */
#include "state/inventory.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "field/walk.h"
#include "model/rule.h"
#include "output/json.h"
#include "output/text.h"
#include "state/records.h"

void inventory_init(struct inventory *inventory, struct names *names, bool numeric, bool json)
{
	memset(inventory, 0, sizeof *inventory);
	inventory->items.size = sizeof(struct item);
	inventory->view = (struct view){.names = names, .numeric = numeric, .complete = true};
	inventory->writer = json ? json_lines_writer(&inventory->text)
	                         : text_writer(&inventory->text, SPACING_BETWEEN, false, "");
	inventory->fleeting = records_fleeting();
}

void inventory_free(struct inventory *inventory)
{
	writer_free(inventory->writer);
	buffer_free(&inventory->text);
	vector_free(&inventory->items);
}

void inventory_reset(struct inventory *inventory)
{
	buffer_reset(&inventory->text);
	inventory->items.count = 0;
}

static size_t add_text(struct inventory *inventory, const struct object *object, const void *record)
{
	size_t start = inventory->text.length;

	/* The inventory may have moved in memory. */
	inventory->writer->out = &inventory->text;
	fields_render(inventory->writer, object, record, &inventory->view);
	inventory->text.data[inventory->text.length - 1] = '\0';
	return start;
}

static bool is_fleeting(
	const struct inventory *inventory, const struct object *object, const void *record)
{
	struct rows rows = inventory->fleeting;
	int row;

	if (object == &rule_object)
		return false;
	while ((row = rows_take(&rows)) >= 0)
		if (field_given(&object->fields[row], record))
			return true;
	return false;
}

struct item *inventory_add(
	struct inventory *inventory, const struct object *object, const void *record)
{
	struct item item = {
		.key = record_key(object, record),
		.rule = object == &rule_object,
	};

	item.rank = record_rank(object, record);
	item.text = add_text(inventory, object, record);
	item.whole = item.text;
	if (is_fleeting(inventory, object, record)) {
		inventory->view.hidden = inventory->fleeting;
		item.text = add_text(inventory, object, record);
		inventory->view.hidden = (struct rows){0};
	}
	return vector_push(&inventory->items, &item);
}

void inventory_drop_last(struct inventory *inventory)
{
	inventory->text.length = inventory_item(inventory, inventory->items.count - 1)->whole;
	inventory->items.count--;
}

static size_t copy_text(struct inventory *inventory, const char *text)
{
	size_t start = inventory->text.length;

	buffer_add(&inventory->text, text, strlen(text) + 1);
	return start;
}

void inventory_copy(struct inventory *inventory, const struct inventory *other, size_t index)
{
	struct item item = *inventory_item(other, index);
	bool fleeting = item.text != item.whole;

	item.whole = copy_text(inventory, inventory_whole(other, index));
	item.text = fleeting ? copy_text(inventory, inventory_text(other, index)) : item.whole;
	vector_push(&inventory->items, &item);
}

struct item *inventory_item(const struct inventory *inventory, size_t index)
{
	return vector_at(&inventory->items, index);
}

const char *inventory_text(const struct inventory *inventory, size_t index)
{
	return inventory->text.data + inventory_item(inventory, index)->text;
}

const char *inventory_whole(const struct inventory *inventory, size_t index)
{
	return inventory->text.data + inventory_item(inventory, index)->whole;
}

/* Texts are appended, so their position shows the order. */
static int compare_ranks(const void *a, const void *b)
{
	const struct item *left = a;
	const struct item *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->whole < right->whole ? -1 : left->whole > right->whole;
}

/* The kernel reports rivals one after the other: all get the highest rank among them. */
static void rank_rivals(struct inventory *inventory)
{
	size_t first = 0;

	for (size_t i = 1; i <= inventory->items.count; i++) {
		struct item *item =
			i < inventory->items.count ? inventory_item(inventory, i) : NULL;
		uint32_t highest = 0;

		if (item && item->key == inventory_item(inventory, first)->key)
			continue;
		for (size_t j = first; j < i; j++)
			if (inventory_item(inventory, j)->rank > highest)
				highest = inventory_item(inventory, j)->rank;
		for (size_t j = first; j < i; j++)
			inventory_item(inventory, j)->rank = highest;
		first = i;
	}
}

void inventory_sort(struct inventory *inventory)
{
	if (!inventory->items.count)
		return;
	rank_rivals(inventory);
	vector_sort(&inventory->items, compare_ranks);
}
