/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps records as canonical texts, with everything that restore needs. Two records are the same if
 * their texts are. Rivals (one replaces the other in the kernel, or they differ only in their
 * order) have the same key.
 */
#ifndef STATE_INVENTORY_H
#define STATE_INVENTORY_H

#include "base/buffer.h"
#include "base/vector.h"
#include "field/field.h"

struct item {
	uint64_t key;
	size_t text;   /* where it starts in the inventory's text */
	size_t whole;  /* where the text with the values ignored in comparisons (remaining
	                  lifetimes) starts */
	uint32_t rank; /* lower ones must exist before higher ones */
	uint32_t line; /* line number in its file; 0: from the kernel */
	bool rule;
};

struct inventory {
	struct buffer text;
	struct vector items; /* struct item */
	struct view view;
	struct rows fleeting; /* rows of a route that are ignored in comparisons */
	struct writer *writer;
};

/* `json`: texts are JSON objects. Freed with inventory_free(). */
void inventory_init(struct inventory *inventory, struct names *names, bool numeric, bool json);
void inventory_free(struct inventory *inventory);
/* Empties the inventory. */
void inventory_reset(struct inventory *inventory);

/* Adds a route, or a rule with its own record. Returns the item, valid until the next one is
 * added. */
struct item *inventory_add(
	struct inventory *inventory, const struct object *object, const void *record);

/* Removes the item that was added last. */
void inventory_drop_last(struct inventory *inventory);
/* Adds a copy of an item of another inventory. */
void inventory_copy(struct inventory *inventory, const struct inventory *other, size_t index);

/* Sorts into an order in which the records can be restored: routes to devices, routes to gateways,
 * rules by preference; rivals stay together in their order. */
void inventory_sort(struct inventory *inventory);

/* Return an item, its text, and its text with the ignored values; valid until the next change. */
struct item *inventory_item(const struct inventory *inventory, size_t index);
const char *inventory_text(const struct inventory *inventory, size_t index);
const char *inventory_whole(const struct inventory *inventory, size_t index);

#endif
