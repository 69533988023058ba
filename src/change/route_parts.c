/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps one list for each destination and value. */
#include "change/route_parts.h"

#include <string.h>

#include "kind/address_text.h"
#include "model/nexthop.h"
#include "model/route.h"

enum route_part {
	PART_GATEWAY,
	PART_DEVICE,
	PART_METRIC,
	PART_FROM,
	PART_SOURCE,
	PART_OBJECT,
	PART_NEXTHOP_GATEWAY,
	PART_NEXTHOP_DEVICE,
};

/* A route in one list. Indexes are those of nodes, plus one; 0: none. */
struct part_node {
	uint32_t entry;
	uint32_t list; /* index of the list */
	uint32_t next, previous;
	uint32_t other; /* the same route in another list */
};

/* ---- keys ---- */

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t size)
{
	uint64_t words[2] = {0};

	memcpy(words, bytes, size);
	return hash_word(hash_word(hash, words[0]), words[1]);
}

static void add_number(struct vector *keys, uint64_t place, enum route_part part, uint32_t number)
{
	const uint64_t key = hash_word(place, (uint64_t)part << 32 | number);

	if (number)
		vector_push(keys, &key);
}

static void add_bytes(struct vector *keys, uint64_t place, enum route_part part, uint8_t first,
	const uint8_t *bytes, size_t size)
{
	const uint64_t key = hash_bytes(
		hash_word(place, (uint64_t)part << 32 | (uint64_t)first << 8 | size), bytes, size);

	vector_push(keys, &key);
}

static void add_gateway(
	struct vector *keys, uint64_t place, enum route_part part, const struct gateway *gateway)
{
	if (gateway->given && !gateway->match)
		add_bytes(keys, place, part, gateway->family, gateway->bytes, gateway->length);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

/* Words of zeros, and parts of an address, may fit several values: these have no key. */
static void find_keys(
	struct vector *keys, const struct route *route, uint32_t class, uint32_t metric)
{
	size_t size = address_size(route->family);
	uint64_t place = hash_word(0,
		(uint64_t)route->family << 40 | (uint64_t)route->destination.length << 32 | class);

	if (route->destination.length)
		place = hash_bytes(place, route->destination.bytes, size);
	keys->size = sizeof(uint64_t);
	keys->count = 0;
	add_gateway(keys, place, PART_GATEWAY, &route->gateway);
	add_number(keys, place, PART_DEVICE, route->device.index);
	add_number(keys, place, PART_METRIC, metric);
	if (route->from.given && route->from.length && route->from.match == PREFIX_EXACT)
		add_bytes(keys, place, PART_FROM, route->from.length, route->from.bytes, size);
	if (route->source.given && !route->source.match && !is_zero(route->source.bytes, size))
		add_bytes(keys, place, PART_SOURCE, 0, route->source.bytes, size);
	add_number(keys, place, PART_OBJECT, route->nexthop_id.value);
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		add_gateway(keys, place, PART_NEXTHOP_GATEWAY, &nexthop->gateway);
		add_number(keys, place, PART_NEXTHOP_DEVICE, nexthop->device.index);
	}
}

/* ---- lists ---- */

static struct part_node *node_at(const struct route_parts *parts, uint32_t node)
{
	return vector_at(&parts->nodes, node - 1);
}

/* Puts a node at one end of a list. A route with two nexthops that share a value is there once. */
static void add(struct route_parts *parts, struct part_list *list, uint32_t entry, bool first)
{
	uint32_t end = first ? list->first : list->last;
	uint32_t *before = vector_at(&parts->first, entry - 1);
	struct part_node node = {
		.entry = entry,
		.list = (uint32_t)(list - (struct part_list *)parts->lists.heads.items),
		.next = first ? end : 0,
		.previous = first ? 0 : end,
		.other = *before,
	};
	uint32_t index = (uint32_t)parts->nodes.count + 1;

	if (end && node_at(parts, end)->entry == entry)
		return;
	parts->nodes.size = sizeof node;
	vector_push(&parts->nodes, &node);
	if (end && first)
		node_at(parts, end)->previous = index;
	else if (end)
		node_at(parts, end)->next = index;
	if (first || !list->first)
		list->first = index;
	if (!first || !list->last)
		list->last = index;
	list->count++;
	*before = index;
}

void route_parts_put(
	struct route_parts *parts, const struct route *route, uint32_t entry, bool first)
{
	struct route settled = {.family = route->family, .metric = route->metric};
	const uint32_t none = 0;

	route_settle_metric(&settled);
	parts->first.size = sizeof none;
	while (parts->first.count < entry)
		vector_push(&parts->first, &none);
	find_keys(&parts->keys, route, route->class.value, settled.metric.value);
	for (size_t i = 0; i < parts->keys.count; i++)
		add(parts, part_lists_get(&parts->lists, *(uint64_t *)vector_at(&parts->keys, i)),
			entry, first);
}

void route_parts_take(struct route_parts *parts, uint32_t entry)
{
	uint32_t *first;

	if (entry > parts->first.count)
		return;
	first = vector_at(&parts->first, entry - 1);
	for (uint32_t at = *first; at;) {
		const struct part_node *node = node_at(parts, at);
		struct part_list *list = vector_at(&parts->lists.heads, node->list);

		*(node->previous ? &node_at(parts, node->previous)->next : &list->first) =
			node->next;
		*(node->next ? &node_at(parts, node->next)->previous : &list->last) =
			node->previous;
		list->count--;
		at = node->other;
	}
	*first = 0;
}

bool route_parts_find(
	struct route_parts *parts, const struct route *wanted, uint32_t class, uint32_t *node)
{
	const struct part_list *rarest = NULL;

	*node = 0;
	find_keys(&parts->keys, wanted, class, wanted->metric.value);
	for (size_t i = 0; i < parts->keys.count; i++) {
		const struct part_list *list =
			part_lists_find(&parts->lists, *(uint64_t *)vector_at(&parts->keys, i));

		/* No route has this value: none fits. */
		if (!list)
			return true;
		if (!rarest || list->count < rarest->count)
			rarest = list;
	}
	*node = rarest ? rarest->first : 0;
	return parts->keys.count;
}

uint32_t route_parts_next(const struct route_parts *parts, uint32_t *node)
{
	const struct part_node *found = node_at(parts, *node);

	*node = found->next;
	return found->entry;
}

void route_parts_free(struct route_parts *parts)
{
	part_lists_free(&parts->lists);
	vector_free(&parts->nodes);
	vector_free(&parts->first);
	vector_free(&parts->keys);
	*parts = (struct route_parts){0};
}
