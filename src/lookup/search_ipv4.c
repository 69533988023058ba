/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the node of a class for an IPv4 packet: fib_table_lookup() in net/ipv4/fib_trie.c, then
 * fib_select_path() in net/ipv4/fib_semantics.c. */
#include <string.h>

#include <linux/rtnetlink.h>

#include "lookup/search.h"
#include "lookup/source.h"

/* The bits of TOS that a route compares (IPTOS_RT_MASK). Without TOS it matches all packets. */
enum { TOS_SEEN = 0x1c };

static bool serves_tos(const struct route *node, const struct flow *flow)
{
	return !node->tos.value || node->tos.value == (flow->tos & TOS_SEEN);
}

/* Routes with the same address and any prefix length share a leaf of the trie. */
static bool shares_leaf(const struct candidate *a, const struct candidate *b)
{
	return !memcmp(a->route.destination.bytes, b->route.destination.bytes, 4);
}

/*
 * If a node has a nexthop object without a usable hop, the kernel skips the rest of the leaf
 * (nexthop_get_nhc_lookup() and the jump to `miss`): shorter prefixes, other TOS and higher
 * metrics.
 */
static void hide_leaf(struct found *found, const struct candidate *from)
{
	struct candidate *all = found->candidates.items;

	for (size_t i = 0; i < found->candidates.count; i++)
		if (&all[i] > from && all[i].loss == LOSS_NONE && shares_leaf(&all[i], from))
			all[i].loss = LOSS_HIDDEN;
}

static bool has_object(const struct route *node)
{
	return node->nexthop_id.given;
}

static void swap_hops(struct hop *a, struct hop *b)
{
	struct hop hop = *a;

	*a = *b;
	*b = hop;
}

/*
 * Writes the hops of `node` among which the kernel may distribute packets, the first usable one in
 * front. Returns their number; 0 if none is usable. A group of nexthop objects with a usable member
 * distributes packets among all members (nexthop_select_path()).
 */
static size_t usable_hops(struct snapshot *snapshot, const struct flow *flow,
	const struct route *node, struct hop *hops)
{
	size_t all = node_hops(snapshot, node, hops, HOPS_MAX);
	size_t count = 0;

	for (size_t i = 0; i < all; i++)
		if (hop_is_usable(snapshot, &hops[i], flow))
			swap_hops(&hops[count++], &hops[i]);
	if (count && has_object(node) && !flow->output)
		return all;
	/* A packet bound to a device takes the first hop on that device. */
	return flow->output && count ? 1 : count;
}

static bool has_gateway_on_link(const struct route *node, const struct hop *hop)
{
	return node_type(node) == RTN_UNICAST && hop->gateway.given;
}

/*
 * Appends the default routes that the kernel tries if a gateway does not answer ARP: those with the
 * same metric, and those after a route with a TOS (fib_select_default()). The kernel starts with
 * the first and takes turns while it does not know the state of their neighbours.
 */
static size_t add_alternatives(struct snapshot *snapshot, const struct flow *flow,
	const struct found *found, const struct candidate *taken, struct hop *hops, size_t count)
{
	const struct candidate *all = found->candidates.items;
	uint32_t last_metric = taken->route.metric.value;
	uint8_t last_tos = 0;
	bool begun = false;

	for (size_t i = 0; i < found->candidates.count && count < HOPS_MAX; i++) {
		const struct route *node = &all[i].route;
		struct hop hop[HOPS_MAX];

		if (node->destination.length || !serves_tos(node, flow))
			continue;
		if (node->metric.value > last_metric && node->tos.value == last_tos) {
			if (last_tos)
				continue;
			break;
		}
		if (!node_hops(snapshot, node, hop, HOPS_MAX) ||
			(!node->nexthops.given && hop[0].dead))
			continue;
		last_tos = node->tos.value;
		last_metric = node->metric.value;
		if (node_scope(node) != node_scope(&taken->route) ||
			!has_gateway_on_link(node, &hop[0]))
			continue;
		if (!begun && node != &taken->route)
			break;
		if (begun)
			hops[count++] = hop[0];
		begun = true;
	}
	return count;
}

static void take_node(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found, struct candidate *taken, struct hop *hops, size_t count)
{
	const struct route *node = &taken->route;

	if (!flow->output && !node->destination.length && !node->nexthops.given &&
		node_type(node) == RTN_UNICAST)
		count = add_alternatives(snapshot, flow, found, taken, hops, count);
	for (size_t i = 0; i < count; i++)
		hops[i].source = source_ipv4(snapshot, &hops[i]);
	found->number = 0;
	found->node = node;
	found->type = node_type(node);
	found->hops = arena_copy(arena, hops, count * sizeof *hops);
	found->hop_count = count;
	found_mark_later(found, taken);
}

void class_choose_ipv4(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found)
{
	struct candidate *all = found->candidates.items;
	struct hop hops[HOPS_MAX];

	for (size_t i = 0; i < found->candidates.count; i++) {
		struct candidate *candidate = &all[i];
		int refusal = type_refusal(node_type(&candidate->route));
		size_t count;

		if (candidate->loss)
			continue;
		if (!serves_tos(&candidate->route, flow)) {
			candidate->loss = LOSS_TOS;
			continue;
		}
		if (refusal) {
			found_take_refusal(found, candidate, refusal);
			return;
		}
		count = usable_hops(snapshot, flow, &candidate->route, hops);
		if (count) {
			take_node(snapshot, flow, arena, found, candidate, hops, count);
			return;
		}
		count = node_hops(snapshot, &candidate->route, hops, 1);
		candidate->loss =
			count && hop_is_up(snapshot, &hops[0], flow) ? LOSS_OUTPUT : LOSS_DOWN;
		if (has_object(&candidate->route))
			hide_leaf(found, candidate);
	}
}
