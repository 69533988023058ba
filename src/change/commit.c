/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a transaction in windows; undo.c rolls it back. */
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "model/rule.h"
#include "netlink/pipeline.h"
#include "change/table_allocation.h"
#include "change/lines.h"
#include "change/loss.h"
#include "change/order.h"
#include "change/probe.h"
#include "change/refusal.h"
#include "change/undo.h"

struct commit {
	struct transaction *transaction;
	const struct commit_hooks *hooks;
	struct order order;
	size_t made;          /* changes that the kernel has processed; refused ones are marked */
	bool collided;        /* a private class is in use by another program */
	uint32_t taken;       /* its number */
	struct lines partial; /* lines with a refused change */
	bool failed;
	struct error *error;
};

static struct change *change_at(const struct commit *commit, size_t place)
{
	return order_at(&commit->order, commit->transaction, place);
}

/* ---- callbacks of the pipeline ---- */

/* Skips the deletions that end a line if an earlier change of that line was refused. */
static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);
	const struct nlmsghdr *source = change_message(commit->transaction, change);

	change->unmade = change->after && lines_have(&commit->partial, change->line);
	if (change->unmade)
		return false;
	memcpy(message, source, source->nlmsg_len);
	change->edited = participants_rewrite(&commit->transaction->participants, change, message);
	if (commit->order.many_rules && message->nlmsg_type == RTM_NEWRULE)
		message->nlmsg_flags &= (uint16_t)~NLM_F_EXCL;
	return true;
}

static bool waits(size_t index, void *context)
{
	const struct commit *commit = context;

	return change_at(commit, index)->after && !change_at(commit, index - 1)->after;
}

static bool judge(struct commit *commit, const struct change *change, const struct answer *answer)
{
	const struct commit_hooks *hooks = commit->hooks;
	const struct nlmsghdr *message = change_message(commit->transaction, change);

	if (change->allocates && answer->number == EEXIST) {
		commit->taken = table_allocation_class(commit->transaction, message);
		commit->collided = commit->taken != 0;
		return false;
	}
	if (hooks && hooks->refused)
		return hooks->refused(
			hooks->context, commit->transaction, change, answer, commit->error);
	refusal_explain(answer, message, NULL, NULL, commit->error);
	return false;
}

/* Returns true if a rule is made although its own record is refused. */
static bool spares_rule(const struct transaction *transaction, const struct change *change,
	const struct answer *answer)
{
	return transaction->bare_rules && change->allocates && refusal_may_come(answer);
}

static bool refused(size_t index, const struct answer *answer, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);

	struct answer unplaced = *answer;

	change->unmade = true;
	/* The offset refers to the edited message, which isn't kept. */
	if (change->edited)
		unplaced.offset = 0;
	if (!commit->failed)
		commit->failed = !judge(commit, change, &unplaced);
	if (!commit->failed && !spares_rule(commit->transaction, change, answer))
		lines_add(&commit->partial, change->line);
	return !commit->failed;
}

static bool judge_loss(struct commit *commit, const struct change *change, struct loss *loss)
{
	const struct commit_hooks *hooks = commit->hooks;
	const struct view view = {.numeric = true};

	do {
		if (!hooks || !hooks->lost) {
			loss_explain(loss, &view, NULL, NULL, commit->error);
			return false;
		}
		if (!hooks->lost(hooks->context, commit->transaction, change, loss, commit->error))
			return false;
	} while (loss_next(loss));
	return true;
}

/* The kernel changed a value: the record would not be found again by what was sent. */
static void correct(struct commit *commit, struct change *change, const struct loss *loss)
{
	const struct field *field = &loss->object->fields[loss->row];

	if (!field_given(field, loss->reported))
		return;
	memcpy(field_value(field, loss->sent), field_peek(field, loss->reported),
		field->kind->size);
	transaction_correct(commit->transaction, change, loss->sent);
}

static void read_back(size_t index, const struct nlmsghdr *reply, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);
	const struct object *object = change_object(commit->transaction, change);
	const struct commit_hooks *hooks = commit->hooks;
	struct arena arena = {0};
	struct loss loss;

	if (!change->verify || reply->nlmsg_type != object->type_new)
		return;
	if (loss_find(&loss, object, change_message(commit->transaction, change), reply, &arena)) {
		if (!commit->failed && !change->loss_known)
			commit->failed = !judge_loss(commit, change, &loss);
		for (loss.row = -1; loss_next(&loss);)
			correct(commit, change, &loss);
	}
	arena_free(&arena);
	if (!commit->failed && hooks && hooks->made)
		hooks->made(hooks->context, change, reply);
}

/* Probes rules with attributes that some kernel ignores: see change/probe.h. */
static int probe_rules(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;
	struct probes anew = {0};
	struct probes *probes = transaction->probes ? transaction->probes : &anew;
	struct arena arena = {0};
	struct loss loss;
	int status = 0;

	for (size_t i = 0; i < transaction->changes.count && !status; i++) {
		struct change *change = vector_at(&transaction->changes, i);
		bool lost = false;

		if (!change->verify || change_object(transaction, change) != &rule_object)
			continue;
		status = probe_rule(probes, transaction->policy.netlink,
			change_message(transaction, change), &arena, &lost, &loss, commit->error);
		if (!status && lost && !judge_loss(commit, change, &loss))
			status = -1;
		change->loss_known = lost;
		arena_reset(&arena);
	}
	vector_free(&anew.kept);
	arena_free(&arena);
	return status;
}

static bool stop(size_t done, void *context)
{
	struct commit *commit = context;
	const struct commit_hooks *hooks = commit->hooks;

	if (!commit->failed && hooks && hooks->stop &&
		hooks->stop(hooks->context, done, commit->error))
		commit->failed = true;
	return commit->failed;
}

/* ---- making ---- */

/* If the socket failed, the effect of the last window is unknown: it is undone, too. */
static int send_changes(struct commit *commit)
{
	size_t count = commit->transaction->changes.count;
	const struct pipeline pipeline = {
		.put = put,
		.waits = waits,
		.refused = refused,
		.reply = count == 1 && !change_at(commit, 0)->verify ? NULL : read_back,
		.stop = stop,
		.context = commit,
	};
	struct netlink *netlink = commit->transaction->policy.netlink;
	size_t unsure;
	struct error ignored;

	for (size_t i = 0; i < count; i++)
		change_at(commit, i)->unmade = false;
	if (!pipeline_send(netlink, count, &pipeline, &commit->made, commit->error))
		return commit->failed ? -1 : 0;
	unsure = commit->made + PIPELINE_WINDOW;
	commit->made = unsure < count ? unsure : count;
	netlink_renew(netlink, &ignored);
	return -1;
}

static int make(struct commit *commit)
{
	bool alone;

	commit->failed = false;
	commit->collided = false;
	if (send_changes(commit))
		return -1;
	if (undo_partial_lines(commit->transaction, &commit->partial))
		return error_set(commit->error, STATUS_REFUSED,
			"a line was made in part, and its other part could not be undone alone");
	if (table_allocation_check(commit->transaction, &alone, commit->error))
		return -1;
	commit->collided = !alone;
	commit->taken =
		commit->transaction->policy.own.first + commit->transaction->policy.own.count - 1;
	return alone ? 0 : -1;
}

/* If transaction->stuck is empty, the kernel could not be asked: what remains to be undone is
 * unknown. */
static int refuse_undoing(struct commit *commit)
{
	commit->error->status = STATUS_PARTLY;
	if (commit->transaction->stuck.length)
		return error_hint(commit->error, "not everything could be undone: run the lines "
						 "above that are \"not undone\"");
	return error_hint(commit->error,
		"it is not known whether everything was undone: see `iproute show` and `iproute "
		"showrules`");
}

/* No line above shows what the participants could not undo. */
static int refuse_undoing_parts(struct commit *commit, const struct error *parts)
{
	commit->error->status = STATUS_PARTLY;
	return error_hint(commit->error,
		"what `iproute showrules` shows as missing, -ensure addrule restores: %s",
		parts->message);
}

static int make_all(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;

	for (int attempt = 0; make(commit); attempt++) {
		size_t failed;

		if (!commit->collided)
			return -1;
		failed = undo(transaction, &commit->order, commit->made);
		commit->made = 0;
		if (failed) {
			error_set(commit->error, STATUS_PARTLY,
				"other programs use the same private classes");
			return refuse_undoing(commit);
		}
		if (table_allocation_move(transaction, commit->taken, attempt, commit->error))
			return -1;
	}
	return participants_after(&transaction->participants, commit->error);
}

/* `ready`: the number of participants that have run before(). */
static int undo_all(struct commit *commit, size_t ready)
{
	size_t failed = undo(commit->transaction, &commit->order, commit->made);
	struct error parts;
	int status = participants_undo(&commit->transaction->participants, ready, &parts);

	if (failed)
		return refuse_undoing(commit);
	return status ? refuse_undoing_parts(commit, &parts) : -1;
}

int transaction_check(struct transaction *transaction, struct error *error)
{
	if (participants_prepare(&transaction->participants, error))
		return -1;
	return participants_check(&transaction->participants, error);
}

int transaction_commit(
	struct transaction *transaction, const struct commit_hooks *hooks, struct error *error)
{
	struct commit commit = {
		.transaction = transaction,
		.hooks = hooks,
		.error = error,
	};
	size_t ready = 0;
	int status;

	if (transaction_check(transaction, error) || probe_rules(&commit))
		return -1;
	commit.order = order_changes(transaction);
	status = participants_before(&transaction->participants, &ready, error);
	if (!status)
		status = make_all(&commit);
	if (status)
		status = undo_all(&commit, ready);
	else
		participants_finish(&transaction->participants);
	order_free(&commit.order);
	lines_free(&commit.partial);
	return status;
}
