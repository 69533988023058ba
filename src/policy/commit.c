/* Forth: changes made in windows. Back is undo.c. */
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/pipeline.h"
#include "policy/claim.h"
#include "policy/lines.h"
#include "policy/loss.h"
#include "policy/order.h"
#include "policy/probe.h"
#include "policy/refusal.h"
#include "policy/sharing.h"
#include "policy/translation.h"
#include "policy/undo.h"

struct commit {
	struct transaction *transaction;
	const struct referee *referee;
	struct order order;
	size_t made;       /* changes that the kernel has run; refused ones are marked */
	bool collided;     /* a private class was taken already */
	uint32_t taken;    /* that one */
	struct lines torn; /* of which something was refused */
	bool failed;
	struct error *error;
};

static struct change *change_at(const struct commit *commit, size_t place)
{
	return order_at(&commit->order, commit->transaction, place);
}

/* ---- what the pipeline asks and tells ---- */

/* What goes at the end of a line does not go if something else of the line was let pass. */
static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);
	const struct nlmsghdr *source = change_message(commit->transaction, change);

	change->unmade = change->after && lines_have(&commit->torn, change->line);
	if (change->unmade)
		return false;
	memcpy(message, source, source->nlmsg_len);
	sharing_turn(commit->transaction->sharing, change, message);
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
	const struct referee *referee = commit->referee;
	const struct nlmsghdr *message = change_message(commit->transaction, change);

	if (change->claim && answer->number == EEXIST) {
		commit->taken = claim_class(commit->transaction, message);
		commit->collided = commit->taken != 0;
		return false;
	}
	if (referee && referee->refused)
		return referee->refused(
			referee->context, commit->transaction, change, answer, commit->error);
	refusal_explain(answer, message, NULL, NULL, commit->error);
	return false;
}

static bool refused(size_t index, const struct answer *answer, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);

	struct answer unplaced = *answer;

	change->unmade = true;
	/* Attributes of a message that was turned stand elsewhere. */
	if (commit->transaction->sharing)
		unplaced.offset = 0;
	if (!commit->failed)
		commit->failed = !judge(commit, change, &unplaced);
	if (!commit->failed)
		lines_add(&commit->torn, change->line);
	return !commit->failed;
}

static bool judge_loss(struct commit *commit, const struct change *change, struct loss *loss)
{
	const struct referee *referee = commit->referee;
	const struct view view = {.numeric = true};

	do {
		if (!referee || !referee->lost) {
			loss_explain(loss, &view, NULL, NULL, commit->error);
			return false;
		}
		if (!referee->lost(
			    referee->context, commit->transaction, change, loss, commit->error))
			return false;
	} while (loss_next(loss));
	return true;
}

/* A value that the kernel has changed: by what was sent it would not be found again. */
static void correct(struct commit *commit, struct change *change, const struct loss *loss)
{
	const struct field *field = &loss->object->fields[loss->row];

	if (!field_given(field, loss->told))
		return;
	memcpy(field_value(field, loss->sent), field_peek(field, loss->told), field->kind->size);
	transaction_correct(commit->transaction, change, loss->sent);
}

static void read_back(size_t index, const struct nlmsghdr *reply, void *context)
{
	struct commit *commit = context;
	struct change *change = change_at(commit, index);
	const struct object *object = change_object(commit->transaction, change);
	const struct referee *referee = commit->referee;
	struct arena arena = {0};
	struct loss loss;

	if (!change->verify || reply->nlmsg_type != object->type_new)
		return;
	if (loss_find(&loss, object, change_message(commit->transaction, change), reply, &arena)) {
		if (!commit->failed && !change->told)
			commit->failed = !judge_loss(commit, change, &loss);
		for (loss.row = -1; loss_next(&loss);)
			correct(commit, change, &loss);
	}
	arena_free(&arena);
	if (!commit->failed && referee && referee->made)
		referee->made(referee->context, change, reply);
}

/* Rules of which some kernel drops something are shown to it first: see policy/probe.h. */
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
		change->told = lost;
		arena_reset(&arena);
	}
	vector_free(&anew.kept);
	arena_free(&arena);
	return status;
}

static bool stop(size_t done, void *context)
{
	struct commit *commit = context;
	const struct referee *referee = commit->referee;

	if (!commit->failed && referee && referee->stop &&
		referee->stop(referee->context, done, commit->error))
		commit->failed = true;
	return commit->failed;
}

/* ---- making ---- */

/* After a lost conversation nobody knows what the last window did: it is undone, too. */
static int send_changes(struct commit *commit)
{
	const struct pipeline pipeline = {
		.put = put,
		.waits = waits,
		.refused = refused,
		.reply = read_back,
		.stop = stop,
		.context = commit,
	};
	struct netlink *netlink = commit->transaction->policy.netlink;
	size_t count = commit->transaction->changes.count;
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
	undo_torn_lines(commit->transaction, &commit->torn);
	if (claim_check(commit->transaction, &alone, commit->error))
		return -1;
	commit->collided = !alone;
	commit->taken =
		commit->transaction->policy.claimed + commit->transaction->policy.claims - 1;
	return alone ? 0 : -1;
}

/* What is left says main in words: transaction->stuck. */
static int refuse_undoing(struct commit *commit, size_t failed)
{
	commit->error->status = STATUS_PARTLY;
	return error_hint(
		commit->error, "%zu changes could not be undone: see above what it takes", failed);
}

static int make_all(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;
	struct vector *participants = &transaction->participants;

	for (int attempt = 0; make(commit); attempt++) {
		size_t failed;

		if (!commit->collided)
			return -1;
		failed = undo(transaction, &commit->order, commit->made);
		commit->made = 0;
		if (failed) {
			error_set(commit->error, STATUS_PARTLY,
				"other programs use the same private classes");
			return refuse_undoing(commit, failed);
		}
		if (claim_move(transaction, commit->taken, attempt, commit->error))
			return -1;
	}
	for (size_t i = 0; i < participants->count; i++) {
		const struct participant *participant = vector_at(participants, i);

		if (participant->after && participant->after(participant->context, commit->error))
			return -1;
	}
	return 0;
}

static int undo_all(struct commit *commit, size_t participants)
{
	struct vector *all = &commit->transaction->participants;
	struct error ignored;
	size_t failed = undo(commit->transaction, &commit->order, commit->made);

	while (participants--) {
		const struct participant *participant = vector_at(all, participants);

		if (participant->back && participant->back(participant->context, &ignored))
			failed++;
	}
	return failed ? refuse_undoing(commit, failed) : -1;
}

int transaction_check(struct transaction *transaction, struct error *error)
{
	struct vector *participants = &transaction->participants;

	if (translation_prepare(transaction, error))
		return -1;
	for (size_t i = 0; i < participants->count; i++) {
		const struct participant *participant = vector_at(participants, i);

		if (participant->check && participant->check(participant->context, error))
			return -1;
	}
	return 0;
}

int transaction_commit(
	struct transaction *transaction, const struct referee *referee, struct error *error)
{
	struct commit commit = {
		.transaction = transaction,
		.referee = referee,
		.error = error,
	};
	struct vector *participants = &transaction->participants;
	size_t ready = 0;
	int status = 0;

	if (transaction_check(transaction, error) || probe_rules(&commit))
		return -1;
	commit.order = order_changes(transaction);
	for (; ready < participants->count && !status; ready++) {
		const struct participant *participant = vector_at(participants, ready);

		if (participant->before && participant->before(participant->context, error))
			status = undo_all(&commit, ready);
	}
	if (!status && make_all(&commit))
		status = undo_all(&commit, ready);
	if (!status)
		sharing_sweep(transaction);
	order_free(&commit.order);
	lines_free(&commit.torn);
	return status;
}
