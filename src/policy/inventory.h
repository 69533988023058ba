/*
 * Records as they are written in a file: one canonical text for each, with all that a restore
 * needs. Two records are the same when their texts are; rivals, of which the kernel keeps one in
 * the place of another, have the same key.
 */
#ifndef POLICY_INVENTORY_H
#define POLICY_INVENTORY_H

#include "base/buffer.h"
#include "base/vector.h"
#include "field/field.h"

struct item {
	uint64_t key;
	size_t text;   /* where it begins in the inventory's text */
	size_t whole;  /* the same with what counts for nothing in comparing: a time that runs */
	uint32_t rank; /* lower ones must be there before higher ones */
	uint32_t line; /* of the file it is from; 0: the kernel */
	bool rule;
};

struct inventory {
	struct buffer text;
	struct vector items; /* struct item */
	struct view view;
	struct rows fleeting; /* rows of a route that count for nothing in comparing */
	struct writer *writer;
};

/* `json`: texts are JSON objects. Freed with inventory_free(). */
void inventory_init(struct inventory *inventory, struct names *names, bool numeric, bool json);
void inventory_free(struct inventory *inventory);
/* Empty again. */
void inventory_reset(struct inventory *inventory);

/* Adds a route or a rule; rules with their own record. Returns the item, valid until the next. */
struct item *inventory_add(
	struct inventory *inventory, const struct object *object, const void *record);

/* Takes back the item added last. */
void inventory_drop_last(struct inventory *inventory);
/* Adds an item of another inventory. */
void inventory_copy(struct inventory *inventory, const struct inventory *other, size_t index);

/*
 * Into an order in which they can be restored: routes on a device, gateways that lead through them,
 * rules by preference; rivals stay together as they came.
 */
void inventory_sort(struct inventory *inventory);

struct item *inventory_item(const struct inventory *inventory, size_t index);
const char *inventory_text(const struct inventory *inventory, size_t index);
const char *inventory_whole(const struct inventory *inventory, size_t index);

#endif
