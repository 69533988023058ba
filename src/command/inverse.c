/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the opposite of a transaction's changes in words. */
#include "command/inverse.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "command/private_changes.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/own.h"
#include "state/records.h"
#include "state/store.h"

struct inverse {
	struct session *session;
	const struct transaction *transaction;
	struct buffer *out;
	struct private_changes private;
};

/* A change that replaces an unknown route. */
struct replacing {
	uint64_t key;
	size_t change;
};

struct replacings {
	struct transaction *transaction;
	struct vector items; /* struct replacing, by key */
};

static bool is_unknown(const struct transaction *transaction, const struct change *change)
{
	return !change->previous && change_object(transaction, change) == &route_object &&
	       (change->operation == OPERATION_REPLACE || change->operation == OPERATION_CHANGE);
}

static void collect(struct replacings *replacings)
{
	const struct vector *changes = &replacings->transaction->changes;
	struct arena arena = {0};

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = vector_at(changes, i);
		struct route route = {0};

		if (!is_unknown(replacings->transaction, change))
			continue;
		fields_decode(&route_object, change_message(replacings->transaction, change),
			&arena, &route);
		vector_push(&replacings->items,
			&(struct replacing){record_key(&route_object, &route), i});
		arena_reset(&arena);
	}
	arena_free(&arena);
	vector_sort(&replacings->items, compare_uint64);
}

/* The kernel replaces the first of equals. */
static bool note_route(const void *record, void *context)
{
	struct replacings *replacings = context;
	uint64_t key = record_key(&route_object, record);
	const struct replacing *found = vector_find(&replacings->items, &key, compare_uint64);
	struct change *change;

	if (!found)
		return true;
	change = vector_at(&replacings->transaction->changes, found->change);
	if (!change->previous)
		transaction_set_previous(replacings->transaction, change, record);
	return true;
}

int inverse_prepare(struct session *session, struct transaction *transaction, struct error *error)
{
	struct replacings replacings = {transaction, {.size = sizeof(struct replacing)}};
	const struct scope all = {0};
	int status = 0;

	collect(&replacings);
	if (replacings.items.count)
		status = store_each(session->netlink, &route_object, &all, note_route, &replacings,
			NULL, error);
	vector_free(&replacings.items);
	return status;
}

static const char *verb_of(const struct object *object, enum operation operation, bool replaces)
{
	if (object == &rule_object)
		return operation == OPERATION_DELETE ? "addrule" : "delrule";
	if (operation == OPERATION_DELETE)
		return "append";
	return replaces ? "replace" : "del";
}

/* ---- lines ---- */

/* A rule whose own record is gone is written with its class: only that and the marker are left. */
static void attach(const struct inverse *inverse, const struct change *change, struct rule *rule,
	struct arena *arena)
{
	private_changes_attach(&inverse->private, change, rule, arena);
	rule->only.given &= rule->own.given;
}

static void write_line(const struct inverse *inverse, const struct change *change)
{
	const struct transaction *transaction = inverse->transaction;
	enum operation operation = (enum operation)change->operation;
	const struct object *object = change_object(transaction, change);
	bool replaces = change->previous && operation != OPERATION_DELETE;
	const struct nlmsghdr *message = replaces ? change_previous(transaction, change)
	                                          : change_message(transaction, change);
	struct view view = {.names = inverse->session->names, .numeric = true, .complete = true};
	struct arena arena = {0};
	void *record = arena_get(&arena, object->size);
	char prefix[16];

	fields_decode(object, message, &arena, record);
	if (object == &rule_object)
		attach(inverse, change, record, &arena);
	else
		/* Else the metric of a marker would be left out. */
		view.details = own_is_marker(record);
	participants_describe(&transaction->participants, object, record);
	snprintf(prefix, sizeof prefix, "%s ", verb_of(object, operation, replaces));
	fields_line(inverse->out, object, record, &view, prefix, false);
	buffer_char(inverse->out, '\n');
	arena_free(&arena);
}

/*
 * The kernel looks up gateways by the rules, also while routes are restored. So the kernel's own
 * rules must exist then, and rules that refuse packets must not.
 */
static bool comes_first(const struct transaction *transaction, const struct change *change)
{
	struct arena arena = {0};
	struct rule rule = {0};
	bool first;

	if (change_object(transaction, change) != &rule_object)
		return false;
	fields_decode(&rule_object, change_message(transaction, change), &arena, &rule);
	first = change->operation == OPERATION_DELETE
	                ? rule_is_builtin(&rule)
	                : rule.action.given && rule.action.value >= FR_ACT_BLACKHOLE;
	arena_free(&arena);
	return first;
}

/* Returns true if the line of another change undoes this one. */
static bool is_implied(const struct inverse *inverse, const struct change *change)
{
	const struct transaction *transaction = inverse->transaction;

	if (change->unmade)
		return true;
	/* Replacing a rule changes only its nftables part, which is restored together with the
	 * rule. */
	if (change_object(transaction, change) == &rule_object)
		return change->operation == OPERATION_REPLACE;
	return change_is_private(transaction, change) &&
	       !private_changes_bare(&inverse->private, change);
}

void inverse_write(
	struct session *session, const struct transaction *transaction, struct buffer *out)
{
	struct inverse inverse = {session, transaction, out, {0}};

	private_changes_collect(&inverse.private, transaction);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = transaction->changes.count; i--;) {
			const struct change *change = vector_at(&transaction->changes, i);

			if (!is_implied(&inverse, change) &&
				comes_first(transaction, change) == !pass)
				write_line(&inverse, change);
		}
	}
	private_changes_free(&inverse.private);
}
