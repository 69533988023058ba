/*
 * The kernel looks for the place of a new rule, and for a rule to delete, from the lowest
 * preference on: those added in descending order, and those deleted in ascending order, are found
 * at once. Rules of the same preference stay in order; routes come before the rules that are added,
 * and after those that are deleted.
 */
#include "policy/order.h"

#include <stdlib.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/memory.h"

enum { RULES_FEW = 16 }; /* up to here nothing is gained */

enum sort { SORT_OTHER, SORT_RULE_ADDED, SORT_RULE_DELETED, SORT_ROUTE_ADDED, SORT_ROUTE_DELETED };

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

static uint32_t preference_of(const struct nlmsghdr *message)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr))
	{
		if (mnl_attr_get_type(attribute) == FRA_PRIORITY)
			return mnl_attr_get_u32(attribute);
	}
	return 0;
}

/* Where a run ends that begins with this kind of change of a rule. */
static size_t run_end(const struct ordering *ordering, size_t start)
{
	const struct vector *changes = &ordering->transaction->changes;
	enum sort sort = sort_at(ordering, start);
	enum sort companion = sort == SORT_RULE_ADDED ? SORT_ROUTE_ADDED : SORT_ROUTE_DELETED;
	size_t end = start + 1;

	for (; end < changes->count; end++) {
		enum sort next = sort_at(ordering, end);

		if ((next != sort && next != companion) ||
			((const struct change *)vector_at(changes, end))->after)
			break;
	}
	return end;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

static void put_rules(struct ordering *ordering, size_t start, size_t end)
{
	enum sort sort = sort_at(ordering, start);
	struct vector places = {.size = sizeof(struct place)};

	for (size_t i = start; i < end; i++) {
		struct place place = {.index = (uint32_t)i};

		if (sort_at(ordering, i) != sort)
			continue;
		place.key = preference_of(message_at(ordering, i));
		if (sort == SORT_RULE_ADDED)
			place.key = UINT32_MAX - place.key;
		vector_push(&places, &place);
	}
	qsort(places.items, places.count, sizeof(struct place), compare_places);
	for (size_t i = 0; i < places.count; i++)
		ordering->order[ordering->count++] =
			((const struct place *)vector_at(&places, i))->index;
	vector_free(&places);
}

static void put_others(struct ordering *ordering, size_t start, size_t end)
{
	enum sort sort = sort_at(ordering, start);

	for (size_t i = start; i < end; i++)
		if (sort_at(ordering, i) != sort)
			ordering->order[ordering->count++] = (uint32_t)i;
}

static void put_run(struct ordering *ordering, size_t start, size_t end)
{
	if (sort_at(ordering, start) == SORT_RULE_ADDED)
		put_others(ordering, start, end);
	put_rules(ordering, start, end);
	if (sort_at(ordering, start) == SORT_RULE_DELETED)
		put_others(ordering, start, end);
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

uint32_t *order_changes(const struct transaction *transaction)
{
	struct ordering ordering = {.transaction = transaction};
	size_t count = transaction->changes.count;

	if (!has_many_rules(&ordering))
		return NULL;
	ordering.order = memory_get(count * sizeof *ordering.order);
	while (ordering.count < count) {
		size_t start = ordering.count;
		enum sort sort = sort_at(&ordering, start);

		if (sort == SORT_RULE_ADDED || sort == SORT_RULE_DELETED)
			put_run(&ordering, start, run_end(&ordering, start));
		else
			ordering.order[ordering.count++] = (uint32_t)start;
	}
	return ordering.order;
}
