/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To place a new rule, or to find one to delete, the kernel walks its rules from the lowest
 * preference on. Additions in descending order and deletions in ascending order end this walk at
 * once. Rules of the same preference stay in order; routes come before the rules that are added and
 * after those that are deleted. For routes see change/trie_order.h, and change/lead_order.h.
 *
 * Where one policy takes the place of another (transaction->seamless) the order is the other way
 * round: a packet whose rule is still to come meets its old one, because no new rule behind its own
 * is there yet; and a packet whose old rule has gone has its new one. With many rules this would
 * take the kernel quadratic time.
 */
#include "change/order.h"

#include <stdlib.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "netlink/message.h"
#include "change/lead_order.h"
#include "change/trie_order.h"

enum {
	RULES_FEW = 16,        /* fewer changes gain nothing */
	RULES_SEAMLESS = 3000, /* most rules whose order is seamless: 20 ms in the kernel */
};

/* In the order in which a run makes them. */
enum sort {
	SORT_OTHER,
	SORT_ROUTE_ADDED,
	SORT_RULE_ADDED,
	SORT_RULE_DELETED,
	SORT_ROUTE_DELETED,
	SORTS
};

struct ordering {
	const struct transaction *transaction;
	bool seamless;
	uint32_t *order;
	size_t count;
};

struct place {
	uint32_t key; /* ascending */
	uint32_t index;
};

static const struct nlmsghdr *message_at(const struct ordering *ordering, size_t index)
{
	return change_message(
		ordering->transaction, vector_at(&ordering->transaction->changes, index));
}

static enum sort sort_at(const struct ordering *ordering, size_t index)
{
	switch (message_at(ordering, index)->nlmsg_type) {
	case RTM_NEWRULE:
		return SORT_RULE_ADDED;
	case RTM_DELRULE:
		return SORT_RULE_DELETED;
	case RTM_NEWROUTE:
		return SORT_ROUTE_ADDED;
	case RTM_DELROUTE:
		return SORT_ROUTE_DELETED;
	default:
		return SORT_OTHER;
	}
}

/* Returns true if a change may be in a run that begins with one of this sort. After additions, only
 * the deletions that end a line (change->after) may be. */
static bool belongs(const struct ordering *ordering, enum sort first, size_t index)
{
	const struct change *change = vector_at(&ordering->transaction->changes, index);
	enum sort sort = sort_at(ordering, index);

	if (sort == SORT_RULE_DELETED || sort == SORT_ROUTE_DELETED)
		return first == SORT_RULE_DELETED || change->after;
	return first == SORT_RULE_ADDED && sort != SORT_OTHER;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

static uint32_t key_of(const struct ordering *ordering, size_t index, enum sort sort)
{
	uint32_t preference;

	if (sort != SORT_RULE_ADDED && sort != SORT_RULE_DELETED)
		return 0;
	preference = message_preference(message_at(ordering, index));
	return (sort == SORT_RULE_ADDED) == ordering->seamless ? preference
	                                                       : UINT32_MAX - preference;
}

/* Appends the places of a run to the order, sorted by their keys. */
static void put_places(struct ordering *ordering, struct vector *places)
{
	vector_sort(places, compare_places);
	for (size_t i = 0; i < places->count; i++)
		ordering->order[ordering->count++] =
			((const struct place *)vector_at(places, i))->index;
	vector_free(places);
}

/* Orders a run from `start` on. Changes of one sort mostly have ascending or descending preferences
 * already. */
static void put_run(struct ordering *ordering, size_t start)
{
	struct vector places[SORTS];
	enum sort first = sort_at(ordering, start);

	for (int sort = 0; sort < SORTS; sort++)
		places[sort] = (struct vector){.size = sizeof(struct place)};
	for (size_t i = start; i < ordering->transaction->changes.count; i++) {
		enum sort sort = sort_at(ordering, i);
		const struct place place = {
			.key = key_of(ordering, i, sort),
			.index = (uint32_t)i,
		};

		if (!belongs(ordering, first, i))
			break;
		vector_push(&places[sort], &place);
	}
	for (int sort = 0; sort < SORTS; sort++)
		put_places(ordering, &places[sort]);
}

/* Returns the number of rules that are added or deleted, at most one more than RULES_SEAMLESS. */
static size_t count_rules(const struct ordering *ordering)
{
	size_t rules = 0;

	for (size_t i = 0; i < ordering->transaction->changes.count && rules <= RULES_SEAMLESS;
		i++) {
		enum sort sort = sort_at(ordering, i);

		rules += sort == SORT_RULE_ADDED || sort == SORT_RULE_DELETED;
	}
	return rules;
}

struct order order_changes(const struct transaction *transaction)
{
	struct ordering ordering = {.transaction = transaction};
	size_t count = transaction->changes.count;
	size_t rules = count_rules(&ordering);
	bool many_rules = rules > RULES_FEW;

	ordering.seamless = transaction->seamless && rules <= RULES_SEAMLESS;
	if (!many_rules && !transaction->seamless && !transaction->leads && count <= TRIE_ORDER_FEW)
		return (struct order){0};
	ordering.order = memory_get(count * sizeof *ordering.order);
	while (ordering.count < count) {
		size_t start = ordering.count;
		enum sort sort = sort_at(&ordering, start);

		if ((many_rules || ordering.seamless) &&
			(sort == SORT_RULE_ADDED || sort == SORT_RULE_DELETED))
			put_run(&ordering, start);
		else
			ordering.order[ordering.count++] = (uint32_t)start;
	}
	trie_order_routes(transaction, ordering.order, count);
	if (transaction->seamless || transaction->leads)
		lead_order_routes(transaction, ordering.order, count);
	return (struct order){ordering.order, many_rules};
}

struct change *order_at(
	const struct order *order, const struct transaction *transaction, size_t place)
{
	return vector_at(&transaction->changes, order->index ? order->index[place] : place);
}

void order_free(struct order *order)
{
	free(order->index);
}
