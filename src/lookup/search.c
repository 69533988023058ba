/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the nodes of a class whose destination contains the packet's; search_ipv4.c and
 * search_ipv6.c choose one. */
#include "lookup/search.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "field/walk.h"

struct collection {
	const struct flow *flow;
	struct arena *arena;
	struct found *found;
};

static bool collect(const struct route *route, void *context)
{
	struct collection *collection = context;
	struct candidate candidate = {.route = *route};

	if (!prefix_contains_address(&route->destination, collection->flow->destination))
		return true;
	fields_keep(&route_object, &candidate.route, collection->arena);
	vector_push(&collection->found->candidates, &candidate);
	return true;
}

/*
 * The order in which IPv4 searches the trie: the longest prefix first, then the highest TOS, then
 * the lowest metric (fib_find_alias() in net/ipv4/fib_trie.c). IPv6 sorts by destination, then by
 * source, then by metric.
 */
static int compare_candidates(const void *left, const void *right, void *context)
{
	const struct candidate *a = *(const struct candidate *const *)left;
	const struct candidate *b = *(const struct candidate *const *)right;
	const struct route *p = &a->route;
	const struct route *q = &b->route;

	(void)context;
	if (p->destination.length != q->destination.length)
		return p->destination.length < q->destination.length ? 1 : -1;
	if (p->from.length != q->from.length)
		return p->from.length < q->from.length ? 1 : -1;
	if (p->family == AF_INET && p->tos.value != q->tos.value)
		return p->tos.value < q->tos.value ? 1 : -1;
	if (p->metric.value != q->metric.value)
		return p->metric.value < q->metric.value ? -1 : 1;
	return a < b ? -1 : 1;
}

static void sort_candidates(struct vector *candidates)
{
	size_t count = candidates->count;
	struct vector sorted = {.size = candidates->size};
	struct candidate **order;

	if (count < 2)
		return;
	order = malloc(count * sizeof *order);
	for (size_t i = 0; i < count; i++)
		order[i] = vector_at(candidates, i);
	qsort_r(order, count, sizeof *order, compare_candidates, NULL);
	for (size_t i = 0; i < count; i++)
		vector_push(&sorted, order[i]);
	free(order);
	vector_free(candidates);
	*candidates = sorted;
}

void found_take_refusal(struct found *found, struct candidate *candidate, int number)
{
	found->number = number;
	found->node = &candidate->route;
	found->type = node_type(&candidate->route);
	found_mark_later(found, candidate);
}

void found_mark_later(struct found *found, const struct candidate *taken)
{
	struct candidate *all = found->candidates.items;

	for (size_t i = 0; i < found->candidates.count; i++)
		if (&all[i] > taken && all[i].loss == LOSS_NONE)
			all[i].loss = LOSS_LATER;
}

int class_search(struct snapshot *snapshot, uint32_t class, const struct flow *flow,
	struct arena *arena, struct found *found, struct error *error)
{
	struct collection collection = {.flow = flow, .arena = arena, .found = found};
	struct scope scope = {.family = flow->family, .class = class, .holding = flow->destination};

	memset(found, 0, sizeof *found);
	found->candidates.size = sizeof(struct candidate);
	if (snapshot_each_route(snapshot, &scope, collect, &collection, error)) {
		vector_free(&found->candidates);
		return -1;
	}
	found->number = EAGAIN;
	sort_candidates(&found->candidates);
	if (flow->family == AF_INET)
		class_choose_ipv4(snapshot, flow, arena, found);
	else
		class_choose_ipv6(snapshot, flow, arena, found);
	return 0;
}
