/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel makes all changes of one window even if the program is killed. A commit of several
 * windows sets a mark, a route in a class of its own, before the first and removes it after the
 * last.
 */
#include "change/orphan_classes.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "netlink/message.h"
#include "netlink/pipeline.h"
#include "state/leftovers.h"
#include "state/store.h"
#include "change/orphan_sweep.h"

#define CLASS_MARK (CLASS_PRIVATE + LEFTOVERS_NUMBERS) /* the class of the mark */

struct orphans {
	struct transaction *transaction;
	bool marked; /* by us */
	bool left;   /* a killed program has left its mark */
	enum depth depth;
};

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
	if (found)
		orphans->depth = DEPTH_ALL;
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

static enum depth choose_depth(struct orphans *orphans)
{
	struct policy *policy = &orphans->transaction->policy;

	if (!policy->inet.loaded && !policy->inet6.loaded)
		return DEPTH_BEYOND;
	orphans->left = !orphans->marked && is_marked(policy->netlink);
	if (orphans->left)
		return DEPTH_ALL;
	if (orphans->depth == DEPTH_BEYOND && changes_private_classes(orphans->transaction))
		return DEPTH_GAPS;
	return orphans->depth;
}

static void finish(void *context)
{
	struct orphans *orphans = context;
	struct policy *policy = &orphans->transaction->policy;
	enum depth depth = choose_depth(orphans);
	struct error ignored;

	/* A family whose rules were not read may have orphans, too. */
	if (depth > DEPTH_GAPS) {
		policy_rules(policy, AF_INET, &ignored);
		policy_rules(policy, AF_INET6, &ignored);
	}
	orphan_sweep(orphans->transaction, AF_INET, depth);
	orphan_sweep(orphans->transaction, AF_INET6, depth);
	if (orphans->marked || orphans->left)
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

static void look_deeper(struct transaction *transaction, enum depth depth)
{
	struct orphans *orphans = transaction_participation(transaction, &participant);

	if (orphans->depth < depth)
		orphans->depth = depth;
}

void orphan_classes_search_markers(struct transaction *transaction)
{
	look_deeper(transaction, DEPTH_MARKERS);
}

void orphan_classes_search(struct transaction *transaction)
{
	look_deeper(transaction, DEPTH_ALL);
}
