/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the node of a class for an IPv6 packet: fib6_table_lookup() and rt6_select() in
 * net/ipv6/route.c, which search the tree of net/ipv6/ip6_fib.c. */
#include <string.h>

#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>

#include "lookup/ipv6_address.h"
#include "lookup/search.h"
#include "lookup/source.h"

/* Scores of a route among those of its tree node. */
enum { SCORE_NONE = -1, SCORE_DEVICE = 2 };

/* Returns true if the nexthop must be on the flow's device (RT6_LOOKUP_F_IFACE). */
static bool needs_device(const struct flow *flow)
{
	const uint8_t *to = flow->destination;

	if (ipv6_is_multicast(to) || ipv6_is_link_local(to) || ipv6_is_loopback(to))
		return true;
	return flow->input == DEVICE_LOOPBACK && flow->output && !flow->has_source;
}

/* A packet that came in prefers its input device among equal routes. */
static uint32_t preferred_device(const struct flow *flow)
{
	return flow->input == DEVICE_LOOPBACK ? flow->output : flow->input;
}

/* Returns 1, 2 or 3 for a low, medium or high router preference (IPV6_DECODE_PREF). */
static int preference_of(const struct route *node)
{
	return (node->preference.value ^ 2) & 3;
}

/* Returns SCORE_NONE if the flow can't use the hop (find_match(), rt6_score_route()). */
static int hop_score(struct snapshot *snapshot, const struct flow *flow, const struct hop *hop)
{
	uint32_t wanted = preferred_device(flow);
	int score = !wanted || hop->device == wanted ? SCORE_DEVICE : 0;

	if (!hop_is_up(snapshot, hop, flow) || (!score && needs_device(flow)))
		return SCORE_NONE;
	return score | preference_of(hop->node) << 2;
}

struct pick {
	struct candidate *candidate; /* NULL: none yet */
	int score;
};

/* Updates *pick with the best candidate from `first` up to `end`; among equals, the first. */
static void choose_best(struct snapshot *snapshot, const struct flow *flow, struct candidate *first,
	struct candidate *end, struct pick *pick)
{
	struct hop hops[HOPS_MAX];

	for (struct candidate *candidate = first; candidate < end; candidate++) {
		size_t count = node_hops(snapshot, &candidate->route, hops, HOPS_MAX);

		for (size_t i = 0; i < count; i++) {
			int score = hop_score(snapshot, flow, &hops[i]);

			if (score > pick->score)
				*pick = (struct pick){candidate, score};
		}
	}
}

/*
 * Chooses among the candidates of one tree node, which have the same destination and source prefix:
 * the best with the lowest metric; if none of these is usable, the best of all others, of any
 * metric (find_rr_leaf()). Returns NULL if there is none.
 */
static struct candidate *choose_in_node(struct snapshot *snapshot, const struct flow *flow,
	struct candidate *first, struct candidate *end)
{
	struct pick pick = {.score = SCORE_NONE};
	struct candidate *rest = first;

	while (rest < end && rest->route.metric.value == first->route.metric.value)
		rest++;
	choose_best(snapshot, flow, first, rest, &pick);
	if (!pick.candidate)
		choose_best(snapshot, flow, rest, end, &pick);
	for (struct candidate *candidate = first; candidate < end; candidate++)
		if (candidate != pick.candidate)
			candidate->loss = pick.candidate ? LOSS_LATER : LOSS_DOWN;
	return pick.candidate;
}

static bool same_node(const struct route *a, const struct route *b)
{
	return a->destination.length == b->destination.length && a->from.length == b->from.length;
}

/*
 * A plain route has no source prefix. If a destination has plain routes and routes with a source
 * prefix, none of which matches the packet, the first descent skips the plain ones and continues
 * with the shorter prefix (fib6_node_lookup_1()). It always finds those of ::/0, because a failed
 * descent ends at the root. If the node that it finds has no usable route, backtracking
 * (fib6_backtrack()) finds plain routes too.
 */
static void hide_plain(struct candidate *all, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t end = i;
		bool subtree = false;
		bool fits = false;

		while (end < count &&
			all[end].route.destination.length == all[i].route.destination.length) {
			subtree |= all[end].route.from.length != 0;
			fits |= all[end].loss == LOSS_NONE && all[end].route.from.length != 0;
			end++;
		}
		if (!subtree || fits || !all[i].route.destination.length)
			return;
		for (; i < end; i++)
			if (all[i].loss == LOSS_NONE)
				all[i].loss = LOSS_HIDDEN;
	}
}

/*
 * Takes a route with the hops among which the kernel may distribute packets: the usable ones, or
 * all members of a group of nexthop objects, usable or not (nexthop_select_path()).
 */
static void take_route(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found, struct candidate *taken)
{
	struct hop hops[HOPS_MAX];
	size_t all = node_hops(snapshot, &taken->route, hops, HOPS_MAX);
	const struct hop first = hops[0];
	size_t count = 0;

	for (size_t i = 0; i < all; i++) {
		/* With nexthop objects, the source is that for the first device
		 * (fib6_info_nh_dev()). */
		bool grouped = taken->route.nexthop_id.given;
		const struct hop *chooser = grouped ? &first : &hops[i];
		struct address source = source_ipv6(snapshot, chooser, flow->destination);

		if (!grouped && hop_score(snapshot, flow, &hops[i]) == SCORE_NONE)
			continue;
		hops[count] = hops[i];
		hops[count++].source = source;
	}
	found->number = 0;
	found->node = &taken->route;
	found->type = node_type(&taken->route);
	found->hops = arena_copy(arena, hops, count * sizeof *hops);
	found->hop_count = count;
	found_mark_later(found, taken);
}

void class_choose_ipv6(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found)
{
	struct candidate *all = found->candidates.items;
	size_t count = found->candidates.count;

	for (size_t i = 0; i < count; i++)
		if (!prefix_contains_address(&all[i].route.from, flow->source))
			all[i].loss = LOSS_SOURCE;
	hide_plain(all, count);
	for (size_t i = 0; i < count;) {
		struct candidate *taken;
		size_t end = i;

		while (end < count && same_node(&all[end].route, &all[i].route) &&
			all[end].loss == all[i].loss)
			end++;
		taken = all[i].loss ? NULL : choose_in_node(snapshot, flow, &all[i], &all[end]);
		i = end;
		if (!taken)
			continue;
		if (type_refusal(node_type(&taken->route)))
			found_take_refusal(found, taken, type_refusal(node_type(&taken->route)));
		else
			take_route(snapshot, flow, arena, found, taken);
		return;
	}
}
