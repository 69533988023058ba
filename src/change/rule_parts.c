/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps one list for each value of an attribute. */
#include "change/rule_parts.h"

#include <linux/fib_rules.h>

#include "netlink/message.h"

/* The selectors and the class distinguish most rules. */
static const uint16_t types[] = {FRA_SRC, FRA_DST, FRA_IIFNAME, FRA_OIFNAME, FRA_TABLE};

enum { TYPES = sizeof types / sizeof *types };

struct part_entry {
	uint32_t record;
	uint32_t next;
};

/* Returns a key of type and value; 0 if the rule has no attribute of this type. Two values may have
 * the same key: then some rules are visited without need. */
static uint64_t key_of(const struct nlmsghdr *rule, uint16_t type)
{
	uint32_t value = message_hash_attribute(rule, type);

	return value ? (uint64_t)type << 32 | value : 0;
}

static void append(struct rule_parts *parts, struct part_list *list, uint32_t record)
{
	const struct part_entry entry = {.record = record};
	uint32_t index = (uint32_t)parts->entries.count + 1;

	parts->entries.size = sizeof entry;
	vector_push(&parts->entries, &entry);
	if (list->last)
		((struct part_entry *)vector_at(&parts->entries, list->last - 1))->next = index;
	else
		list->first = index;
	list->last = index;
	list->count++;
}

void rule_parts_add(struct rule_parts *parts, const struct kept_list *records, uint32_t record)
{
	for (size_t i = 0; i < TYPES; i++) {
		uint64_t key = key_of(kept_message_at(records, record), types[i]);

		if (key)
			append(parts, part_lists_get(&parts->lists, key), record);
	}
}

bool rule_parts_visit(struct rule_parts *parts, const struct kept_list *records,
	const struct nlmsghdr *rule, const struct rule_visitor *visitor)
{
	const struct part_list *rarest = NULL;
	bool asked = false;

	for (size_t i = 0; i < TYPES; i++) {
		uint64_t key = key_of(rule, types[i]);
		const struct part_list *list = key ? part_lists_find(&parts->lists, key) : NULL;

		if (!key)
			continue;
		asked = true;
		/* No rule has this value: none fits. */
		if (!list)
			return true;
		if (!rarest || list->count < rarest->count)
			rarest = list;
	}
	for (uint32_t at = rarest ? rarest->first : 0; at;) {
		const struct part_entry *entry = vector_at(&parts->entries, at - 1);
		const struct kept *kept = kept_at(records, entry->record);

		if (!kept->gone)
			visitor->visit(kept, visitor->context);
		at = entry->next;
	}
	return asked;
}

void rule_parts_free(struct rule_parts *parts)
{
	part_lists_free(&parts->lists);
	vector_free(&parts->entries);
	*parts = (struct rule_parts){0};
}
