/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routes that a transaction changes in private classes, sorted by class. */
#include "command/private_changes.h"

#include <linux/rtnetlink.h>

#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "state/own.h"

/* A change of an own record or of a marker. */
struct private_change {
	uint32_t class;
	uint32_t change; /* index */
};

static int compare_classes(const void *a, const void *b)
{
	const struct private_change *left = a;
	const struct private_change *right = b;

	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	return left->change < right->change ? -1 : left->change > right->change;
}

bool change_is_private(const struct transaction *transaction, const struct change *change)
{
	return message_class(change_message(transaction, change)) >= CLASS_PRIVATE;
}

void private_changes_collect(struct private_changes *found, const struct transaction *transaction)
{
	found->transaction = transaction;
	found->items = (struct vector){.size = sizeof(struct private_change)};
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		const struct nlmsghdr *message = change_message(transaction, change);

		if (message_object(message) == &route_object &&
			change_is_private(transaction, change))
			vector_push(&found->items,
				&(struct private_change){message_class(message), (uint32_t)i});
	}
	vector_sort(&found->items, compare_classes);
}

/* Returns the place of the first change of a class, or where it would be. */
static size_t find_class(const struct vector *items, uint32_t class)
{
	return vector_lower_bound(items, &(struct private_change){class, 0}, compare_classes);
}

/* A class is private by its marker, or, as older versions made it, by the metric of its route. */
static bool proves_private(const struct route *route)
{
	return own_is_marker(route) || route->metric.value == route->class.value;
}

bool private_changes_attach(const struct private_changes *found, const struct change *change,
	struct rule *rule, struct arena *arena)
{
	bool goes = change->operation == OPERATION_DELETE;
	bool attached = false;

	if (!change_is_private(found->transaction, change))
		return false;
	for (size_t i = find_class(&found->items, rule->class.value); i < found->items.count; i++) {
		const struct private_change *item = vector_at(&found->items, i);
		const struct change *other = vector_at(&found->transaction->changes, item->change);
		struct route *route = arena_get(arena, sizeof *route);

		if (item->class != rule->class.value)
			break;
		if (other->unmade || (other->operation == OPERATION_DELETE) != goes)
			continue;
		fields_decode(
			&route_object, change_message(found->transaction, other), arena, route);
		if (own_is_marker(route))
			rule->only.given = route->type.value == RTN_UNREACHABLE;
		else
			rule->own = (struct nested){
				.given = true, .object = &route_object, .record = route};
		attached |= proves_private(route);
	}
	return attached;
}

bool private_changes_bare(const struct private_changes *found, const struct change *change)
{
	const struct nlmsghdr *message = change_message(found->transaction, change);
	uint32_t class = message_class(message);
	size_t first = find_class(&found->items, class);
	const struct private_change *next;
	struct arena arena = {0};
	struct route route = {0};
	bool bare;

	if (change->operation != OPERATION_DELETE)
		return false;
	next = first + 1 < found->items.count ? vector_at(&found->items, first + 1) : NULL;
	fields_decode(&route_object, message, &arena, &route);
	bare = (!next || next->class != class) &&
	       (own_is_marker(&route) || !proves_private(&route));
	arena_free(&arena);
	return bare;
}

void private_changes_free(struct private_changes *found)
{
	vector_free(&found->items);
}
