/* Inventories. */
#include "policy/inventory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "base/memory.h"
#include "field/walk.h"
#include "model/rule.h"
#include "output/json.h"
#include "output/text.h"
#include "policy/selection.h"

enum {
	RANK_RULES = 1000,
};

_Static_assert(sizeof(struct route) <= RECORD_MAX && sizeof(struct rule) <= RECORD_MAX,
	"records are copied for their key");

void inventory_init(struct inventory *inventory, struct names *names, bool numeric, bool json)
{
	const struct field *expires = object_field(&route_object, "expires");

	memset(inventory, 0, sizeof *inventory);
	inventory->items.size = sizeof(struct item);
	inventory->view = (struct view){.names = names, .numeric = numeric, .complete = true};
	inventory->writer = json ? json_lines_writer(&inventory->text)
	                         : text_writer(&inventory->text, SPACING_BETWEEN, false, "");
	if (expires)
		rows_add(&inventory->fleeting, (int)(expires - route_object.fields));
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

/* Given, and more than what is meant without it: `metric 0` says nothing. */
static bool says_something(const struct field *field, const void *record)
{
	static const uint64_t nothing[RECORD_MAX / sizeof(uint64_t)];
	const void *value = field_peek(field, record);

	return field_given(field, record) &&
	       !(field->kind->fits && field->kind->fits(nothing, value));
}

/* FNV-1a of the message that has only what tells the record from others. */
static uint64_t record_key(const struct object *object, const void *record)
{
	uint64_t copy[RECORD_MAX / sizeof(uint64_t)];
	union {
		struct nlmsghdr header;
		uint8_t bytes[MESSAGE_MAX];
	} message;
	uint64_t hash = 14695981039346656037U;

	/* Rows may share a value: class and vrf. */
	memcpy(copy, record, object->size);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < object->count; i++) {
			const struct field *field = &object->fields[i];
			bool is_key = field->flags & FIELD_KEY;

			if (field->kind && is_key == (pass == 1))
				((struct value *)field_value(field, copy))->given =
					is_key && says_something(field, record);
		}
	}
	fields_encode(object, copy, object->type_new, 0, &message);
	for (uint32_t i = 0; i < message.header.nlmsg_len; i++)
		hash = (hash ^ message.bytes[i]) * 1099511628211U;
	return hash;
}

/* The kernel finds the way to a gateway in routes of a narrower scope (fib_check_nh()). */
static uint32_t route_rank(const struct route *route)
{
	return route_needs_others(route) ? 1 + UINT8_MAX - route->scope.value : 0;
}

static size_t add_text(struct inventory *inventory, const struct object *object, const void *record)
{
	size_t start = inventory->text.length;

	/* An inventory may have moved. */
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

	item.rank = item.rule ? RANK_RULES : route_rank(record);
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

/* Texts were added in order, so that where they begin says what came first. */
static int compare_ranks(const void *a, const void *b)
{
	const struct item *left = a;
	const struct item *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->whole < right->whole ? -1 : left->whole > right->whole;
}

/* Rivals come from the kernel one behind the other: the highest rank is that of all. */
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
	qsort(inventory->items.items, inventory->items.count, inventory->items.size, compare_ranks);
}
