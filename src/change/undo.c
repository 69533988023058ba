/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undoes the last change first. Deletes routes that were added. Restores the groups of equals that
 * the policy kept, whatever they are now, including their order. */
#include "change/undo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "change/table_allocation.h"
#include "change/pair.h"

enum { PASSES = 3 };

struct undo {
	struct transaction *transaction;
	struct policy now; /* the kernel's present rules and routes */
	struct outbox out;
	bool few; /* see struct pair */
};

static struct undo undo_new(struct transaction *transaction)
{
	struct netlink *netlink = transaction->policy.netlink;

	return (struct undo){
		.transaction = transaction,
		.now = {.netlink = netlink, .lenient = true},
		.out = {.netlink = netlink, .stuck = &transaction->stuck},
	};
}

static struct pair pair_of(struct undo *undo, const struct object *object, struct groups *now,
	struct groups *before, struct group *group)
{
	return (struct pair){
		.outbox = &undo->out,
		.object = object,
		.few = undo->few,
		.now = now,
		.there = groups_find(now, kept_message_at(before->records, group->key)),
		.before = before,
		.group = group,
	};
}

/* ---- rules ---- */

struct place {
	uint32_t preference;
	uint32_t group;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	return left->preference < right->preference ? -1 : left->preference > right->preference;
}

/*
 * `only_deletes`: restores the groups that miss nothing, in ascending order of preference.
 * Otherwise the others, in descending order. In these orders the kernel finds the places fast.
 */
static void restore_rules(struct undo *undo, uint8_t family, bool only_deletes)
{
	struct groups *groups = &policy_list(&undo->transaction->policy, family)->index.preferences;
	struct rule_list *now = policy_list(&undo->now, family);
	struct vector places = {.size = sizeof(struct place)};

	for (size_t i = 0; now->indexed && i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place = {.group = (uint32_t)i};

		place.preference = message_preference(kept_message_at(groups->records, group->key));
		if (group->touched && !group->list[LIST_BEFORE].first == only_deletes)
			vector_push(&places, &place);
	}
	vector_sort(&places, compare_places);
	for (size_t i = 0; i < places.count; i++) {
		size_t at = only_deletes ? i : places.count - 1 - i;
		const struct place *place = vector_at(&places, at);
		struct pair pair = pair_of(undo, &rule_object, &now->index.preferences, groups,
			vector_at(&groups->groups, place->group));

		pair_restore(&pair);
	}
	vector_free(&places);
}

static void look_at_rules(struct undo *undo, uint8_t family)
{
	struct rule_list *list = policy_list(&undo->transaction->policy, family);
	struct error ignored;

	if (!list->loaded)
		return;
	rule_list_index(list);
	if (policy_rules(&undo->now, family, &ignored))
		rule_list_index(policy_list(&undo->now, family));
	else
		undo->out.failed++;
}

/* ---- routes ---- */

static void look_at_routes(struct undo *undo)
{
	const struct vector *scopes = &undo->transaction->policy.routes.scopes;
	struct error ignored;

	for (size_t i = 0; i < scopes->count; i++) {
		const struct scope *scope = vector_at(scopes, i);

		if (route_list_load(&undo->now.routes, undo->now.netlink, scope->family,
			    scope->class, &ignored))
			undo->out.failed++;
	}
}

/* Deletes it as it was sent, as participants edited it. */
static void delete_added(
	struct undo *undo, const struct change *change, const struct nlmsghdr *message)
{
	char *memory = memory_resize(NULL, message->nlmsg_len + PARTICIPANT_ROOM);
	struct nlmsghdr *copy = (struct nlmsghdr *)memory;

	memcpy(copy, message, message->nlmsg_len);
	participants_rewrite(&undo->transaction->participants, change, copy);
	outbox_add(&undo->out, copy, message_object(message)->type_del, 0);
	free(memory);
}

/* A replacement without its previous record is the only change of its transaction. It is undone
 * only if its answer was lost: then what it replaced is unknown. */
static bool replaces(const struct change *change)
{
	return change->operation == OPERATION_REPLACE || change->operation == OPERATION_CHANGE;
}

/* Undoes a change whose equals are unknown, with its own message or with that of the record that it
 * replaced. */
static void undo_change(struct undo *undo, const struct change *change)
{
	struct transaction *transaction = undo->transaction;
	const struct object *object = change_object(transaction, change);
	const struct nlmsghdr *message = change_message(transaction, change);

	if (change->operation == OPERATION_DELETE)
		outbox_add(&undo->out, message, object->type_new,
			NLM_F_CREATE | (object == &route_object ? NLM_F_APPEND : NLM_F_EXCL));
	else if (change->previous)
		outbox_add(&undo->out, change_previous(transaction, change), object->type_new,
			NLM_F_CREATE | NLM_F_REPLACE);
	else if (replaces(change))
		undo->out.failed++;
	else
		delete_added(undo, change, message);
}

static void undo_changes(struct undo *undo, const struct order *order, size_t made)
{
	struct transaction *transaction = undo->transaction;
	struct groups *before = &transaction->policy.routes.groups;

	while (made--) {
		struct change *change = order_at(order, transaction, made);
		struct group *group;
		struct pair pair;

		if (change->touches) {
			group = groups_find(before, change_message(transaction, change));
			pair = pair_of(
				undo, &route_object, &undo->now.routes.groups, before, group);
			pair_restore(&pair);
		} else if (!change->kept && !change->unmade) {
			undo_change(undo, change);
		}
	}
}

static void undo_once(struct undo *undo, const struct order *order, size_t made)
{
	look_at_rules(undo, AF_INET);
	look_at_rules(undo, AF_INET6);
	look_at_routes(undo);
	restore_rules(undo, AF_INET, true);
	restore_rules(undo, AF_INET6, true);
	undo_changes(undo, order, made);
	restore_rules(undo, AF_INET, false);
	restore_rules(undo, AF_INET6, false);
	outbox_send(&undo->out);
}

/*
 * A dump of rules misses some if another program adds rules before them meanwhile, because the
 * kernel resumes by counting. Rules with one of our private classes are known without a dump and
 * belong to nobody else.
 */
static size_t undo_private_rules(
	struct transaction *transaction, const struct order *order, size_t made)
{
	struct undo undo = undo_new(transaction);

	while (made--) {
		const struct change *change = order_at(order, transaction, made);
		const struct nlmsghdr *message = change_message(transaction, change);

		if (message->nlmsg_type == RTM_NEWRULE && !change->unmade &&
			table_allocation_class(transaction, message))
			delete_added(&undo, change, message);
	}
	outbox_send(&undo.out);
	outbox_free(&undo.out);
	return undo.out.failed;
}

static struct groups *groups_of_change(struct transaction *transaction, const struct change *change)
{
	const struct nlmsghdr *message = change_message(transaction, change);
	struct policy *policy = &transaction->policy;

	if (change_object(transaction, change) != &rule_object)
		return &policy->routes.groups;
	return &rule_list_index(policy_list(policy, message_family(message)))->preferences;
}

/*
 * A refused change has changed nothing: an equal record in the kernel belongs to another program,
 * and a record that it should have deleted was deleted by another program.
 */
static void disown(struct transaction *transaction, const struct change *change)
{
	struct groups *groups = groups_of_change(transaction, change);
	struct group *group = groups_of(groups, change->record);
	enum list_kind kind = change->operation == OPERATION_DELETE ? LIST_BEFORE : LIST_OURS;
	uint32_t entry =
		groups_search(groups, group, kind, kept_at(groups->records, change->record));

	if (entry)
		groups_take(groups, group, kind, entry);
}

/* Reverts disown(): the transaction may be sent again. */
static void own_again(struct transaction *transaction, const struct change *change)
{
	struct groups *groups = groups_of_change(transaction, change);

	if (change->operation != OPERATION_DELETE)
		groups_put(groups, groups_of(groups, change->record), LIST_OURS, change->record,
			false);
}

static void each_refused(struct transaction *transaction, const struct order *order, size_t made,
	void (*each)(struct transaction *transaction, const struct change *change))
{
	while (made--) {
		const struct change *change = order_at(order, transaction, made);

		if (change->unmade && change->kept)
			each(transaction, change);
	}
}

/* A refused message may need something that was added after it: tries again. */
size_t undo(struct transaction *transaction, const struct order *order, size_t made)
{
	size_t failed = made ? 1 : 0;

	each_refused(transaction, order, made, disown);
	for (int pass = 0; pass < PASSES && failed; pass++) {
		struct undo undo = undo_new(transaction);

		/* rule_exists() ignores selectors that a message lacks, so EEXIST may mean another
		 * rule. Then the next dump decides. */
		undo.few = !order->many_rules && !pass;
		buffer_reset(&transaction->stuck);
		undo_once(&undo, order, made);
		failed = undo.out.failed + (pass ? 0 : undo.out.uncertain);
		policy_free(&undo.now);
		outbox_free(&undo.out);
	}
	each_refused(transaction, order, made, own_again);
	return failed + undo_private_rules(transaction, order, made);
}

static size_t undo_lines(struct transaction *transaction, const struct lines *partial)
{
	struct undo undo = undo_new(transaction);
	struct vector undone = {.size = sizeof(struct change *)};

	for (size_t i = transaction->changes.count; i--;) {
		struct change *change = vector_at(&transaction->changes, i);

		if (change->unmade || change->operation != OPERATION_ADD || !change->line ||
			!lines_have(partial, change->line))
			continue;
		undo_change(&undo, change);
		change->unmade = true;
		vector_push(&undone, &change);
	}
	outbox_send(&undo.out);
	outbox_free(&undo.out);
	for (size_t i = 0; undo.out.failed && i < undone.count; i++)
		(*(struct change **)vector_at(&undone, i))->unmade = false;
	vector_free(&undone);
	return undo.out.failed;
}

size_t undo_partial_lines(struct transaction *transaction, const struct lines *partial)
{
	return partial->size ? undo_lines(transaction, partial) : 0;
}
