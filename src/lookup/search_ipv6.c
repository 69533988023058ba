/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which node of a class takes an IPv6 packet: fib6_table_lookup() and rt6_select() in
 * net/ipv6/route.c, over the tree of net/ipv6/ip6_fib.c. */
#include <string.h>

#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>

#include "lookup/ipv6_address.h"
#include "lookup/search.h"
#include "lookup/source.h"

/* What a route is worth among those of its node. */
enum { SCORE_NONE = -1, SCORE_DEVICE = 2 };

/* Must the nexthop be on the flow's own device? (RT6_LOOKUP_F_IFACE) */
static bool needs_device(const struct flow *flow)
{
	const uint8_t *to = flow->destination;

	if (ipv6_is_multicast(to) || ipv6_is_link_local(to) || ipv6_is_loopback(to))
		return true;
	return flow->input == DEVICE_LOOPBACK && flow->output && !flow->has_source;
}

/* A packet that came in prefers, among equals, the device that it came in by. */
static uint32_t preferred_device(const struct flow *flow)
{
	return flow->input == DEVICE_LOOPBACK ? flow->output : flow->input;
}

/* Low, medium and high router preference as 1, 2 and 3 (IPV6_DECODE_PREF). */
static int preference_of(const struct route *node)
{
	return (node->preference.value ^ 2) & 3;
}

/* SCORE_NONE: the hop does not serve the flow (find_match(), rt6_score_route()). */
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

/* The best of the candidates from `first` up to `end`; equals: the first. */
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
 * Of a node of the tree, candidates of one destination and source prefix: the best of the lowest
 * metric; if none of these serves, the best of all others, whatever their metric (find_rr_leaf()).
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
 * The first descent skips the plain routes of a destination that also has routes for certain
 * sources, none of which is the packet's: fib6_node_lookup_1() goes on to the shorter prefix. Those
 * of ::/0 are found in any case, because the root is where a failed descent ends; and once a node
 * was found and had no route that serves, the way back (fib6_backtrack()) finds plain ones.
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
 * The hops that the kernel may spread packets over: all that serve, of a route with several; of a
 * group of nexthop objects all, also those that do not (nexthop_select_path()).
 */
static void take_route(struct snapshot *snapshot, const struct flow *flow, struct arena *arena,
	struct found *found, struct candidate *taken)
{
	struct hop hops[HOPS_MAX];
	size_t all = node_hops(snapshot, &taken->route, hops, HOPS_MAX);
	const struct hop first = hops[0];
	size_t count = 0;

	for (size_t i = 0; i < all; i++) {
		/* Of a nexthop object, the first device chooses the source (fib6_info_nh_dev()). */
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
