/* Changes made in windows, and undone when one is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "netlink/pipeline.h"
#include "policy/own.h"
#include "policy/refusal.h"
#include "policy/transaction.h"
#include "policy/translation.h"

enum { CLAIM_ATTEMPTS = 64 };

struct commit {
	struct transaction *transaction;
	const struct referee *referee;
	size_t first;   /* the change that the running segment begins with */
	size_t made;    /* changes that the kernel has run; refused ones are marked */
	bool collided;  /* a private class was taken already */
	uint32_t taken; /* that one */
	bool failed;
	struct error *error;
};

static struct change *change_at(const struct transaction *transaction, size_t index)
{
	return vector_at(&transaction->changes, index);
}

static struct nlmsghdr *message_of(const struct transaction *transaction, size_t index)
{
	return (struct nlmsghdr *)change_message(transaction, change_at(transaction, index));
}

/* ---- private classes ---- */

/* The attribute with the class of a message, if it is one of those claimed. */
static struct nlattr *claimed_class(
	const struct transaction *transaction, const struct nlmsghdr *message)
{
	bool rule = message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE;
	size_t header = rule ? sizeof(struct fib_rule_hdr) : sizeof(struct rtmsg);
	struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, header)
	{
		if (mnl_attr_get_type(attribute) != (rule ? FRA_TABLE : RTA_TABLE))
			continue;
		return mnl_attr_get_u32(attribute) - transaction->claimed < transaction->claims
		               ? attribute
		               : NULL;
	}
	return NULL;
}

/* The class of a message, and the metric that own_assign() made of it. */
static void move_class(struct nlmsghdr *message, struct nlattr *class, uint32_t by)
{
	uint32_t number = mnl_attr_get_u32(class);
	struct nlattr *attribute;

	*(uint32_t *)mnl_attr_get_payload(class) += by;
	if (message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE)
		return;
	mnl_attr_for_each(attribute, message, sizeof(struct rtmsg))
	{
		if (mnl_attr_get_type(attribute) == RTA_PRIORITY &&
			mnl_attr_get_u32(attribute) == number)
			*(uint32_t *)mnl_attr_get_payload(attribute) += by;
	}
}

static void move_messages(struct transaction *transaction, struct buffer *messages, uint32_t by)
{
	size_t at = 0;

	while (at < messages->length) {
		struct nlmsghdr *message = (struct nlmsghdr *)(messages->data + at);
		struct nlattr *class = claimed_class(transaction, message);

		if (class)
			move_class(message, class, by);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
}

static int refuse_undoing(struct commit *commit, size_t failed)
{
	return error_set(commit->error, STATUS_PARTLY,
		"%zu changes could not be undone: see `iproute show` and `iproute showrules`",
		failed);
}

/* Somebody has a class that we claim: all of ours move behind it, further each time. */
static int move_classes(struct commit *commit, int attempt)
{
	struct transaction *transaction = commit->transaction;
	uint32_t by = commit->taken - transaction->claimed + 1;

	/* Two programs that got into each other's way do not take the same step. */
	if (attempt)
		by += transaction->claims * (1 + (uint32_t)(getpid() * attempt) % 64);
	if (attempt == CLAIM_ATTEMPTS ||
		UINT32_MAX - transaction->claims - transaction->claimed < by)
		return error_set(commit->error, STATUS_GUARDED,
			"no private class is free: other programs use them");
	move_messages(transaction, &transaction->messages, by);
	move_messages(transaction, &transaction->previous, by);
	transaction->claimed += by;
	return 0;
}

static int check_alone(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;
	bool alone = true;

	if (!transaction->claims)
		return 0;
	if (own_alone(transaction->policy.netlink, transaction->claimed, transaction->claims,
		    &alone, commit->error))
		return -1;
	commit->collided = !alone;
	commit->taken = transaction->claimed + transaction->claims - 1;
	return alone ? 0 : -1;
}

/* ---- back ---- */

/* Writes the message that takes back a change that was made. */
static struct nlmsghdr *put_undoing(
	const struct transaction *transaction, const struct change *change, char *memory)
{
	const struct nlmsghdr *source = change_message(transaction, change);
	struct nlmsghdr *message = (struct nlmsghdr *)memory;
	bool deleted = change->operation == OPERATION_DELETE;

	if (change->previous)
		source = (const struct nlmsghdr *)(transaction->previous.data +
						   (size_t)(change->previous - 1) * NLMSG_ALIGNTO);
	memcpy(message, source, source->nlmsg_len);
	message->nlmsg_flags = NLM_F_REQUEST;
	if (change->previous)
		message->nlmsg_flags |= NLM_F_CREATE | (deleted ? NLM_F_APPEND : NLM_F_REPLACE);
	else
		message->nlmsg_type = change_object(transaction, change)->type_del;
	return message;
}

/* Takes back what was made. How many changes could not be. */
static size_t undo(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;
	char *memory = memory_get(MESSAGE_MAX);
	struct error ignored;
	struct answer answer;
	size_t failed = 0;

	for (size_t i = commit->made; i--;) {
		struct change *change = change_at(transaction, i);

		if (change->unmade) {
			change->unmade = false;
			continue;
		}
		if (netlink_request(transaction->policy.netlink,
			    put_undoing(transaction, change, memory), &answer, NULL, NULL,
			    &ignored) ||
			answer.number)
			failed++;
	}
	free(memory);
	return failed;
}

static int undo_all(struct commit *commit, size_t participants)
{
	struct vector *all = &commit->transaction->participants;
	struct error ignored;
	size_t failed = undo(commit);

	while (participants--) {
		const struct participant *participant = vector_at(all, participants);

		if (participant->back && participant->back(participant->context, &ignored))
			failed++;
	}
	if (!failed)
		return -1;
	commit->error->status = STATUS_PARTLY;
	return error_hint(commit->error,
		"%zu of the %zu changes before it could not be undone: see "
		"`iproute show` and `iproute showrules`",
		failed, commit->made);
}

/* ---- forth ---- */

static bool refuse(size_t index, const struct answer *answer, void *context)
{
	struct commit *commit = context;
	struct transaction *transaction = commit->transaction;
	struct change *change = change_at(transaction, commit->first + index);
	const struct nlmsghdr *message = change_message(transaction, change);
	struct nlattr *class;

	change->unmade = true;
	if (commit->failed)
		return false;
	commit->failed = true;
	if (change->claim && answer->number == EEXIST) {
		class = claimed_class(transaction, message);
		commit->collided = class != NULL;
		commit->taken = class ? mnl_attr_get_u32(class) : 0;
	} else if (!commit->referee || !commit->referee->refused) {
		refusal_explain(answer, message, NULL, NULL, commit->error);
	} else if (commit->referee->refused(
			   commit->referee->context, transaction, change, answer, commit->error)) {
		commit->failed = false;
	}
	return !commit->failed;
}

static bool stop(size_t done, void *context)
{
	struct commit *commit = context;
	const struct referee *referee = commit->referee;

	if (referee && referee->stop &&
		referee->stop(referee->context, commit->first + done, commit->error))
		commit->failed = true;
	return commit->failed;
}

/* Where the changes end that may be run together with the one at `first`. */
static size_t segment_end(const struct transaction *transaction, size_t first)
{
	size_t end = first + 1;

	while (end < transaction->changes.count && !change_at(transaction, end)->after)
		end++;
	return end;
}

static int make(struct commit *commit)
{
	struct transaction *transaction = commit->transaction;
	const struct pipeline pipeline = {.refused = refuse, .stop = stop, .context = commit};

	commit->made = 0;
	commit->failed = false;
	commit->collided = false;
	while (commit->made < transaction->changes.count) {
		size_t end = segment_end(transaction, commit->made);
		size_t sent;
		int status;

		commit->first = commit->made;
		status = pipeline_send(transaction->policy.netlink,
			message_of(transaction, commit->first), end - commit->first, &pipeline,
			&sent, commit->error);
		commit->made += sent;
		if (status || commit->failed)
			return -1;
	}
	return check_alone(commit);
}

static int make_all(struct commit *commit)
{
	struct vector *participants = &commit->transaction->participants;

	for (int attempt = 0; make(commit); attempt++) {
		size_t failed = commit->collided ? undo(commit) : 0;

		if (!commit->collided)
			return -1;
		commit->made = 0;
		if (failed)
			return refuse_undoing(commit, failed);
		if (move_classes(commit, attempt))
			return -1;
	}
	for (size_t i = 0; i < participants->count; i++) {
		const struct participant *participant = vector_at(participants, i);

		if (participant->after && participant->after(participant->context, commit->error))
			return -1;
	}
	return 0;
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
	struct commit commit = {.transaction = transaction, .referee = referee, .error = error};
	struct vector *participants = &transaction->participants;
	size_t ready = 0;

	if (transaction_check(transaction, error))
		return -1;
	for (; ready < participants->count; ready++) {
		const struct participant *participant = vector_at(participants, ready);

		if (participant->before && participant->before(participant->context, error))
			return undo_all(&commit, ready);
	}
	return make_all(&commit) ? undo_all(&commit, ready) : 0;
}
