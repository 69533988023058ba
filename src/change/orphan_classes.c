/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes only what this program would have made (state/leftovers.h).
 *
 * Dumps all routes only if something may be left. The kernel makes all changes of one window even
 * if the program is killed. A commit of several windows sets a mark, a route in a class of its own,
 * before the first and removes it after the last.
 */
#include "change/orphan_classes.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "netlink/pipeline.h"
#include "netlink/vrf.h"
#include "state/leftovers.h"
#include "state/own.h"
#include "change/outbox.h"
#include "change/probe.h"

enum {
	BEYOND = 4, /* numbers after the highest in use that are always checked */
};

#define CLASS_MARK (CLASS_PRIVATE + LEFTOVERS_NUMBERS) /* the class of the mark */

struct orphans {
	struct transaction *transaction;
	bool marked;   /* by us */
	bool thorough; /* check all routes */
};

struct sweep {
	struct policy *policy;
	struct leftovers leftovers;
	struct outbox outbox;
	struct buffer stuck;
};

/* ---- what is in use ---- */

/* Uses the index if there is one. Otherwise the rules as they were read suffice: what was removed
 * since then counts as used until the next commit. */
static void find_used(struct sweep *sweep, struct rule_list *list)
{
	const struct own_records *own = &sweep->policy->own;
	const struct groups *owners = &list->index.owners;

	for (size_t i = 0; list->indexed && i < owners->groups.count; i++) {
		const struct group *group = vector_at(&owners->groups, i);

		if (group->list[LIST_NOW].first)
			leftovers_use(&sweep->leftovers,
				message_class(kept_message_at(owners->records, group->key)));
	}
	for (size_t i = 0; !list->indexed && i < list->rules.count; i++) {
		const struct rule *rule = vector_at(&list->rules, i);

		if (rule->class.given)
			leftovers_use(&sweep->leftovers, rule->class.value);
	}
	for (uint32_t i = 0; i < own->count; i++)
		leftovers_use(&sweep->leftovers, own->first + i);
	leftovers_sort(&sweep->leftovers);
}

/* ---- what is unused ---- */

static bool note_route(const void *record, void *context)
{
	leftovers_note(context, record);
	return true;
}

static int find_among_all(struct sweep *sweep)
{
	const struct scope scope = {.family = sweep->leftovers.family};
	struct error ignored;

	sweep->leftovers.routes.count = 0;
	return store_each(sweep->policy->netlink, &route_object, &scope, note_route,
		&sweep->leftovers, NULL, &ignored);
}

static int find_orphans(struct sweep *sweep, bool thorough)
{
	struct scope scope = {.family = sweep->leftovers.family};
	const struct vector *used = &sweep->leftovers.used;
	const uint32_t *highest = used->count ? vector_at(used, used->count - 1) : NULL;
	struct error ignored;
	int status = 0;

	if (thorough)
		return find_among_all(sweep);
	for (uint32_t i = 0; i < BEYOND && !status; i++) {
		scope.class = (highest ? *highest + 1 : CLASS_PRIVATE) + i;
		status = store_each(sweep->policy->netlink, &route_object, &scope, note_route,
			&sweep->leftovers, NULL, &ignored);
	}
	return !status && sweep->leftovers.routes.count ? find_among_all(sweep) : status;
}

static bool is_ours(const struct sweep *sweep, size_t index)
{
	const struct route *route = vector_at(&sweep->leftovers.routes, index);
	struct error ignored;
	char vrf[16];

	if (!leftovers_has(&sweep->leftovers, index))
		return false;
	return own_is_marker(route) ||
	       (!vrf_of_class(sweep->policy->netlink, route->class.value, vrf, &ignored) && !*vrf);
}

static void send_deletion(struct sweep *sweep, const struct object *object, const void *record)
{
	char *memory = memory_get(MESSAGE_MAX);
	struct nlmsghdr *message = (struct nlmsghdr *)memory;

	fields_encode(object, record, object->type_del, 0, message);
	outbox_add(&sweep->outbox, message, object->type_del, 0);
	free(memory);
}

static void sweep_probes(struct sweep *sweep, const struct rule_list *list)
{
	for (size_t i = list->rules.count; i--;) {
		const struct rule *rule = vector_at(&list->rules, i);

		if (rule->preference.value != UINT32_MAX)
			break;
		if (rule_is_probe(rule))
			send_deletion(sweep, &rule_object, rule);
	}
}

static void sweep_family(struct policy *policy, uint8_t family, bool thorough)
{
	struct rule_list *list = policy_list(policy, family);
	struct sweep sweep = {
		.policy = policy,
		.outbox = {.netlink = policy->netlink},
	};

	if (!list->loaded)
		return;
	leftovers_init(&sweep.leftovers, family);
	sweep.outbox.stuck = &sweep.stuck;
	find_used(&sweep, list);
	sweep_probes(&sweep, list);
	if (!find_orphans(&sweep, thorough))
		for (size_t i = 0; i < sweep.leftovers.routes.count; i++)
			if (is_ours(&sweep, i))
				send_deletion(&sweep, &route_object,
					vector_at(&sweep.leftovers.routes, i));
	outbox_send(&sweep.outbox);
	outbox_free(&sweep.outbox);
	buffer_free(&sweep.stuck);
	leftovers_free(&sweep.leftovers);
}

/* ---- the mark ---- */

static int send_mark(struct netlink *netlink, uint16_t type, uint16_t flags, struct answer *answer,
	struct error *error)
{
	const struct route mark = {
		.family = AF_INET,
		.type = {true, RTN_THROW},
		.class = {true, CLASS_MARK},
	};
	char *memory = memory_get(MESSAGE_MAX);
	int status;

	fields_encode(&route_object, &mark, type, flags, memory);
	status = netlink_request(netlink, (struct nlmsghdr *)memory, answer, NULL, NULL, error);
	free(memory);
	return status;
}

static void remove_mark(struct orphans *orphans)
{
	struct answer answer;
	struct error ignored;

	send_mark(orphans->transaction->policy.netlink, RTM_DELROUTE, 0, &answer, &ignored);
	orphans->marked = false;
}

static bool note_mark(const void *record, void *context)
{
	bool *found = context;

	(void)record;
	*found = true;
	return false;
}

static bool is_marked(struct netlink *netlink)
{
	const struct scope scope = {.family = AF_INET, .class = CLASS_MARK};
	struct error ignored;
	bool found = false;

	store_each(netlink, &route_object, &scope, note_mark, &found, NULL, &ignored);
	return found;
}

static bool changes_private_classes(const struct transaction *transaction)
{
	if (transaction->policy.own.count)
		return true;
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);

		if (change->operation == OPERATION_DELETE &&
			message_class(change_message(transaction, change)) >= CLASS_PRIVATE)
			return true;
	}
	return false;
}

/* ---- taking part ---- */

static int before(void *context, struct error *error)
{
	struct orphans *orphans = context;
	struct transaction *transaction = orphans->transaction;
	struct answer answer;
	bool found;

	if (transaction->changes.count <= PIPELINE_WINDOW || !changes_private_classes(transaction))
		return 0;
	if (send_mark(transaction->policy.netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &answer,
		    error))
		return -1;
	found = answer.number == EEXIST;
	orphans->thorough |= found;
	orphans->marked = !answer.number;
	return 0;
}

/* A mark that a killed program has left stays for the next commit. */
static int undo(void *context, struct error *error)
{
	struct orphans *orphans = context;

	(void)error;
	if (orphans->marked)
		remove_mark(orphans);
	return 0;
}

static void finish(void *context)
{
	struct orphans *orphans = context;
	struct policy *policy = &orphans->transaction->policy;
	struct error ignored;
	bool found = false;

	if (!orphans->marked && (policy->inet.loaded || policy->inet6.loaded))
		found = is_marked(policy->netlink);
	/* A family whose rules were not read may have orphans, too. */
	if (found) {
		policy_rules(policy, AF_INET, &ignored);
		policy_rules(policy, AF_INET6, &ignored);
	}
	sweep_family(policy, AF_INET, orphans->thorough || found);
	sweep_family(policy, AF_INET6, orphans->thorough || found);
	if (orphans->marked || found)
		remove_mark(orphans);
}

static const struct participant participant = {
	.before = before, .undo = undo, .finish = finish, .free = free};

void orphan_classes_join(struct transaction *transaction)
{
	struct orphans *orphans = memory_get(sizeof *orphans);

	orphans->transaction = transaction;
	transaction_join(transaction, &participant, orphans);
}

void orphan_classes_search(struct transaction *transaction)
{
	struct orphans *orphans = transaction_participation(transaction, &participant);

	orphans->thorough = true;
}
