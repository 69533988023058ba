/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes the entries of refused changes from those that nftables should have. */
#include "nat/partial.h"

#include "model/route.h"
#include "model/rule.h"
#include "state/bindings.h"
#include "nat/entries.h"
#include "nat/orphans.h"

static struct binding binding_of(
	const struct transaction *transaction, const struct change *change, struct arena *arena)
{
	const struct object *object = change_object(transaction, change);
	const struct nlmsghdr *message = change_message(transaction, change);
	struct route route = {0};
	struct rule rule = {0};

	if (object == &rule_object) {
		fields_decode(object, message, arena, &rule);
		return binding_of_rule(&rule, true);
	}
	fields_decode(object, message, arena, &route);
	return binding_of_route(&route);
}

/* The rule or route should have been removed but stays. */
static void give_back(const struct transaction *transaction, const struct change *change,
	const struct vector *first, struct vector *wanted)
{
	struct arena arena = {0};
	struct binding binding = binding_of(transaction, change, &arena);
	const struct nft_entry *entry = entries_find(first, &binding);

	if (entry && !entries_find(wanted, &binding))
		vector_push(wanted, entry);
	arena_free(&arena);
}

int partial_fit(const struct transaction *transaction, const struct vector *first,
	struct vector *wanted, struct error *error)
{
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);

		if (change->unmade && change->operation == OPERATION_DELETE)
			give_back(transaction, change, first, wanted);
	}
	entries_order(wanted);
	/* A record that was refused because it exists keeps its entry. */
	return orphans_drop(transaction->policy.netlink, wanted, error);
}
