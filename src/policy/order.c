/*
 * Rules: the kernel looks for the place of a new rule, and for a rule to delete, from the lowest
 * preference on: those added in descending order, and those deleted in ascending order, are found
 * at once. Rules of the same preference stay in order; routes come before the rules that are added,
 * and after those that are deleted. Routes: see policy/spread.h.
 */
#include "policy/order.h"

#include <stdlib.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "policy/spread.h"

enum { RULES_FEW = 16 }; /* up to here nothing is gained */

/* In the order in which a run makes them. */
enum sort { SORT_OTHER, SORT_ROUTE_ADDED, SORT_RULE_ADDED, SORT_RULE_DELETED, SORT_ROUTE_DELETED };

struct ordering {
	const struct transaction *transaction;
	uint32_t *order;
	size_t count;
};

struct place {
	uint64_t key; /* ascending */
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

/* May a change be in a run that begins with one of this sort? Of deletes after adds only those that
 * belong to the lines. */
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

static uint64_t key_of(const struct nlmsghdr *message, enum sort sort)
{
	uint64_t key = (uint64_t)sort << 32;

	if (sort == SORT_RULE_ADDED)
		return key | (UINT32_MAX - rule_preference(message));
	return sort == SORT_RULE_DELETED ? key | rule_preference(message) : key;
}

/* Most files are in order already, from the first preference to the last or the other way. */
static void sort_places(struct place *places, size_t count)
{
	bool rises = true;
	bool falls = true;

	for (size_t i = 1; i < count; i++) {
		rises = rises && places[i - 1].key <= places[i].key;
		falls = falls && places[i - 1].key > places[i].key;
	}
	if (!rises && !falls)
		qsort(places, count, sizeof *places, compare_places);
	for (size_t i = 0; falls && i < count / 2; i++) {
		struct place place = places[i];

		places[i] = places[count - 1 - i];
		places[count - 1 - i] = place;
	}
}

/* A run from `start` on. */
static void put_run(struct ordering *ordering, size_t start)
{
	struct vector places = {.size = sizeof(struct place)};
	enum sort first = sort_at(ordering, start);

	for (size_t i = start; i < ordering->transaction->changes.count; i++) {
		struct place place = {.index = (uint32_t)i};

		if (!belongs(ordering, first, i))
			break;
		place.key = key_of(message_at(ordering, i), sort_at(ordering, i));
		vector_push(&places, &place);
	}
	sort_places(places.items, places.count);
	for (size_t i = 0; i < places.count; i++)
		ordering->order[ordering->count++] =
			((const struct place *)vector_at(&places, i))->index;
	vector_free(&places);
}

static bool has_many_rules(const struct ordering *ordering)
{
	size_t rules = 0;

	for (size_t i = 0; i < ordering->transaction->changes.count; i++) {
		enum sort sort = sort_at(ordering, i);

		rules += sort == SORT_RULE_ADDED || sort == SORT_RULE_DELETED;
		if (rules > RULES_FEW)
			return true;
	}
	return false;
}

struct order order_changes(const struct transaction *transaction)
{
	struct ordering ordering = {.transaction = transaction};
	size_t count = transaction->changes.count;
	bool many_rules = has_many_rules(&ordering);

	if (!many_rules && count <= SPREAD_FEW)
		return (struct order){0};
	ordering.order = memory_get(count * sizeof *ordering.order);
	while (ordering.count < count) {
		size_t start = ordering.count;
		enum sort sort = sort_at(&ordering, start);

		if (many_rules && (sort == SORT_RULE_ADDED || sort == SORT_RULE_DELETED))
			put_run(&ordering, start);
		else
			ordering.order[ordering.count++] = (uint32_t)start;
	}
	spread_routes(transaction, ordering.order, count);
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
