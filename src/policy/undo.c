/*
 * Back, the last change first. A route that was added alone is deleted. Groups of equals that the
 * policy kept are made what they were, whatever they are now: the order of equals returns, too.
 */
#include "policy/undo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/claim.h"
#include "policy/pair.h"
#include "policy/sharing.h"

enum { PASSES = 3 };

struct undo {
	struct transaction *transaction;
	struct policy now; /* what the kernel has */
	struct outbox out;
	bool few; /* as in struct pair */
};

static struct undo undo_new(struct transaction *transaction)
{
	struct netlink *netlink = transaction->policy.netlink;

	return (struct undo){
		.transaction = transaction,
		.now = {.netlink = netlink},
		.out = {.netlink = netlink, .stuck = &transaction->stuck},
	};
}

static struct pair pair_of(struct undo *undo, const struct object *object, struct groups *now,
	const struct groups *before, const struct group *group)
{
	const struct group *there = groups_find(now, groups_message(before, group->key));

	return (struct pair){
		.outbox = &undo->out,
		.object = object,
		.few = undo->few,
		.now = now,
		.left = there ? there->now : (struct group_list){0},
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
 * `only_deletes`: groups of which nothing is missing, from the lowest preference on; else the
 * others, from the highest on: so the kernel finds their places fast.
 */
static void restore_rules(struct undo *undo, uint8_t family, bool only_deletes)
{
	const struct rule_list *before = policy_list(&undo->transaction->policy, family);
	const struct groups *groups = &before->groups;
	struct rule_list *now = policy_list(&undo->now, family);
	struct vector places = {.size = sizeof(struct place)};

	for (size_t i = 0; now->grouped && i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place = {.group = (uint32_t)i};

		place.preference = rule_preference(groups_message(groups, group->key));
		if (group->touched && !group->before.first == only_deletes)
			vector_push(&places, &place);
	}
	if (places.count)
		qsort(places.items, places.count, sizeof(struct place), compare_places);
	for (size_t i = 0; i < places.count; i++) {
		size_t at = only_deletes ? i : places.count - 1 - i;
		const struct place *place = vector_at(&places, at);
		struct pair pair = pair_of(undo, &rule_object, &now->groups, groups,
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
	rule_list_group(list);
	if (policy_rules(&undo->now, family, &ignored))
		rule_list_group(policy_list(&undo->now, family));
	else
		undo->out.failed++;
}

/* ---- routes ---- */

static void look_at_routes(struct undo *undo)
{
	const struct vector *scopes = &undo->transaction->policy.scopes;
	struct error ignored;

	for (size_t i = 0; i < scopes->count; i++) {
		const struct scope *scope = vector_at(scopes, i);

		if (policy_load(&undo->now, scope->family, scope->class, &ignored))
			undo->out.failed++;
	}
}

/* As it was sent. */
static void delete_added(
	struct undo *undo, const struct change *change, const struct nlmsghdr *message)
{
	char *memory = memory_resize(NULL, message->nlmsg_len + SHARING_ROOM);
	struct nlmsghdr *copy = (struct nlmsghdr *)memory;

	memcpy(copy, message, message->nlmsg_len);
	sharing_turn(undo->transaction->sharing, change, copy);
	outbox_add(&undo->out, copy, message_object(message)->type_del, 0);
	free(memory);
}

/* A change whose equals are not known: by its own message, or by the record that it replaced. */
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
	else
		delete_added(undo, change, message);
}

static void undo_changes(struct undo *undo, const struct order *order, size_t made)
{
	struct transaction *transaction = undo->transaction;
	const struct groups *before = &transaction->policy.routes;

	while (made--) {
		struct change *change = order_at(order, transaction, made);
		const struct group *group;
		struct pair pair;

		if (change->touches) {
			group = groups_find(before, change_message(transaction, change));
			pair = pair_of(undo, &route_object, &undo->now.routes, before, group);
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
 * A dump of rules misses some when another program puts rules before them meanwhile: the kernel
 * counts where it was. Those with a private class of ours are known without a dump, and nobody
 * else's.
 */
static size_t undo_claimed(struct transaction *transaction, const struct order *order, size_t made)
{
	struct undo undo = undo_new(transaction);

	while (made--) {
		const struct change *change = order_at(order, transaction, made);
		const struct nlmsghdr *message = change_message(transaction, change);

		if (message->nlmsg_type == RTM_NEWRULE && !change->unmade &&
			claim_class(transaction, message))
			delete_added(&undo, change, message);
	}
	outbox_send(&undo.out);
	outbox_free(&undo.out);
	return undo.out.failed;
}

/* What was refused may have waited for something that came after it. */
size_t undo(struct transaction *transaction, const struct order *order, size_t made)
{
	size_t failed = made ? 1 : 0;

	for (int pass = 0; pass < PASSES && failed; pass++) {
		struct undo undo = undo_new(transaction);

		undo.few = !order->many_rules;
		buffer_reset(&transaction->stuck);
		undo_once(&undo, order, made);
		failed = undo.out.failed;
		policy_free(&undo.now);
		outbox_free(&undo.out);
	}
	return failed + undo_claimed(transaction, order, made);
}

void undo_torn_lines(struct transaction *transaction, const struct lines *torn)
{
	struct undo undo = undo_new(transaction);

	for (size_t i = torn->size ? transaction->changes.count : 0; i--;) {
		struct change *change = vector_at(&transaction->changes, i);

		if (change->unmade || change->operation != OPERATION_ADD || !change->line ||
			!lines_have(torn, change->line))
			continue;
		undo_change(&undo, change);
		change->unmade = true;
	}
	outbox_send(&undo.out);
	outbox_free(&undo.out);
}
