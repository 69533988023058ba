/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the diagram of a class. If only destination and TOS matter, builds a trie from the sorted
 * prefixes in one pass; otherwise overlays the diagrams of the nodes one by one.
 */
#include "lookup/class_set.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "kind/prefix.h"

/* The values of a route that decide its order, and its outcome. */
struct entry {
	uint8_t bytes[16], from[16];
	uint8_t length, from_length, tos, preference;
	uint32_t metric, position, outcome, device;
};

struct class_builder {
	struct policy_sets *sets;
	struct snapshot *snapshot;
	const struct class_view *view;
	struct vector entries;
	bool layered; /* some entries depend on the source */
};

static bool in_group(const struct class_builder *builder, uint32_t device)
{
	const struct snapshot_device *found = snapshot_device(builder->snapshot, device);

	return found && found->group == builder->view->group;
}

static bool is_suppressed(
	const struct class_builder *builder, const struct route *node, const struct hop *first)
{
	if (type_refusal(node_type(node)))
		return false;
	if (builder->view->by_length && node->destination.length <= builder->view->length)
		return true;
	return builder->view->by_group && in_group(builder, first->device);
}

/* Writes the usable hops and returns their number. The kernel skips a node that has none. */
static size_t up_hops(struct class_builder *builder, const struct route *node, struct hop *hops)
{
	struct flow flow = {.family = builder->view->family};
	size_t all = node_hops(builder->snapshot, node, hops, HOPS_MAX);
	size_t count = 0;

	for (size_t i = 0; i < all; i++)
		if (hop_is_up(builder->snapshot, &hops[i], &flow))
			hops[count++] = hops[i];
	return count;
}

static bool add_entry(const struct route *node, void *context)
{
	struct class_builder *builder = context;
	struct prefix destination = node->destination, from = node->from;
	struct hop hops[HOPS_MAX];
	size_t count = 0;
	struct entry entry = {
		.length = node->destination.length,
		.from_length = node->from.length,
		.tos = node->tos.value,
		.preference = (node->preference.value ^ 2) & 3,
		.metric = node->metric.value,
		.position = (uint32_t)builder->entries.count,
	};

	hops[0] = (struct hop){.node = node};
	if (!type_refusal(node_type(node))) {
		count = up_hops(builder, node, hops);
		if (!count)
			return true;
	}
	prefix_clear_host_bits(&destination);
	prefix_clear_host_bits(&from);
	memcpy(entry.bytes, destination.bytes, sizeof entry.bytes);
	memcpy(entry.from, from.bytes, sizeof entry.from);
	entry.device = hops[0].device;
	entry.outcome = OUTCOME_HOLE;
	if (!is_suppressed(builder, node, hops))
		entry.outcome = outcomes_by_rule(builder->sets,
			outcomes_node(builder->sets, builder->snapshot, node, hops, count),
			builder->view->rule, builder->view->class);
	builder->layered |= entry.from_length != 0;
	vector_push(&builder->entries, &entry);
	return true;
}

/* Sorts by address, shorter prefixes first; the same prefix from the worst entry to the best. */
static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;
	int order = memcmp(a->bytes, b->bytes, sizeof a->bytes);

	if (order)
		return order;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	if (a->from_length != b->from_length)
		return a->from_length < b->from_length ? -1 : 1;
	if (a->tos != b->tos)
		return a->tos < b->tos ? -1 : 1;
	if (a->metric != b->metric)
		return a->metric < b->metric ? 1 : -1;
	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	return a->position < b->position ? 1 : -1;
}

static bool same_prefix(const struct entry *a, const struct entry *b)
{
	return a->length == b->length && a->from_length == b->from_length &&
	       !memcmp(a->bytes, b->bytes, sizeof a->bytes) &&
	       !memcmp(a->from, b->from, sizeof a->from);
}

/* Overlays an entry on `under`, the diagram of the entries before it. */
static uint32_t overlay_entry(
	struct class_builder *builder, const struct entry *entry, uint32_t under)
{
	struct diagrams *diagrams = builder->sets->diagrams;
	uint32_t over = diagram_outcome(entry->outcome);

	if (!entry->tos || builder->view->family == AF_INET6)
		return over;
	/* IPv4 compares only three bits of TOS (IPTOS_RT_MASK): a route with other bits never
	 * matches. */
	if (entry->tos & ~0x1cU)
		return under;
	return diagram_choose(
		diagrams, diagram_bits(diagrams, PACKET_DSCP, 6, entry->tos >> 2, 7), over, under);
}

static bool bit_of(const struct entry *entry, unsigned bit)
{
	return entry->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

/* The entries from `first` up to `end` have the same first `bit` bits; `under`: the diagram of the
 * shorter prefixes. */
static uint32_t build_trie(struct class_builder *builder, const struct entry *first,
	const struct entry *end, unsigned bit, uint32_t under)
{
	const struct entry *middle;
	uint32_t low, high;

	for (; first < end && first->length == bit; first++)
		under = overlay_entry(builder, first, under);
	if (first == end)
		return under;
	for (middle = first; middle < end && !bit_of(middle, bit);)
		middle++;
	low = build_trie(builder, first, middle, bit + 1, under);
	high = build_trie(builder, middle, end, bit + 1, under);
	return diagram_node(
		builder->sets->diagrams, (uint16_t)(PACKET_DESTINATION + bit), low, high);
}

/* ---- classes that depend on the source or the input device ---- */

static int compare_layers(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return compare_entries(left, right);
}

/* IPv6 does not find the routes without a source prefix of a destination that also has routes with
 * one, except for ::/0: see hide_plain() in search_ipv6.c. */
static bool is_hidden(const struct class_builder *builder, const struct entry *entry)
{
	const struct entry *all = builder->entries.items;

	if (entry->from_length || !entry->length)
		return false;
	for (size_t i = 0; i < builder->entries.count; i++)
		if (all[i].from_length && all[i].length == entry->length &&
			!memcmp(all[i].bytes, entry->bytes, sizeof entry->bytes))
			return true;
	return false;
}

static uint32_t entry_condition(const struct class_builder *builder, const struct entry *entry)
{
	struct diagrams *diagrams = builder->sets->diagrams;

	return diagram_and(diagrams,
		diagram_prefix(diagrams, PACKET_SOURCE, entry->from, entry->from_length),
		diagram_prefix(diagrams, PACKET_DESTINATION, entry->bytes, entry->length));
}

/* Returns true if only the input device of a packet decides between two entries. */
static bool is_tied(const struct entry *a, const struct entry *b)
{
	return same_prefix(a, b) && a->metric == b->metric && a->preference == b->preference;
}

static uint32_t input_condition(const struct class_builder *builder, const struct entry *entry)
{
	const struct snapshot_device *device = snapshot_device(builder->snapshot, entry->device);

	if (!device)
		return diagram_outcome(DIAGRAM_NO);
	return diagram_bits(builder->sets->diagrams, PACKET_INPUT, PACKET_DEVICE_BITS,
		policy_sets_device(builder->sets, device->name), UINT64_MAX);
}

static uint32_t build_layers(struct class_builder *builder)
{
	struct diagrams *diagrams = builder->sets->diagrams;
	struct entry *all = builder->entries.items;
	size_t count = builder->entries.count;
	uint32_t result = diagram_outcome(OUTCOME_HOLE);

	if (count)
		qsort(all, count, sizeof *all, compare_layers);
	for (size_t i = 0; i < count; i++) {
		uint32_t over = overlay_entry(builder, &all[i], result);
		uint32_t condition = entry_condition(builder, &all[i]);

		if (is_hidden(builder, &all[i]))
			continue;
		result = diagram_choose(diagrams, condition, over, result);
		/* Packets that came in by the device of a tied entry take that entry. */
		for (size_t j = i;
			builder->view->family == AF_INET6 && j-- > 0 && is_tied(&all[j], &all[i]);)
			result = diagram_choose(diagrams,
				diagram_and(diagrams, condition, input_condition(builder, &all[j])),
				diagram_outcome(all[j].outcome), result);
		if (builder->view->family == AF_INET6 && i && is_tied(&all[i - 1], &all[i]))
			result = diagram_choose(diagrams,
				diagram_and(diagrams, condition, input_condition(builder, &all[i])),
				over, result);
	}
	return result;
}

static bool has_ties(const struct class_builder *builder)
{
	const struct entry *all = builder->entries.items;

	for (size_t i = 1; builder->view->family == AF_INET6 && i < builder->entries.count; i++)
		if (is_tied(&all[i - 1], &all[i]))
			return true;
	return false;
}

int class_set_build(struct policy_sets *sets, struct snapshot *snapshot,
	const struct class_view *view, uint32_t *diagram, struct error *error)
{
	struct scope scope = {.family = view->family, .class = view->class};
	struct class_builder builder = {
		.sets = sets,
		.snapshot = snapshot,
		.view = view,
		.entries = {.size = sizeof(struct entry)},
	};
	int status = snapshot_each_route(snapshot, &scope, add_entry, &builder, error);
	struct entry *all = builder.entries.items;
	size_t count = builder.entries.count;

	if (!status && count)
		qsort(all, count, sizeof *all, compare_entries);
	if (!status && !count)
		*diagram = diagram_outcome(OUTCOME_HOLE);
	else if (!status)
		*diagram = builder.layered || has_ties(&builder)
		                   ? build_layers(&builder)
		                   : build_trie(&builder, all, all + count, 0,
					     diagram_outcome(OUTCOME_HOLE));
	vector_free(&builder.entries);
	return status;
}
