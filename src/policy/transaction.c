/* Changes one after the other, and back again when one is refused. */
#include "policy/transaction.h"

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"
#include "policy/refusal.h"

struct recipe {
	uint16_t flags;
	const char *route_verb;
	const char *rule_verb;
};

static const struct recipe recipes[] = {
	[OPERATION_ADD] = {NLM_F_CREATE | NLM_F_EXCL, "add", "addrule"},
	[OPERATION_APPEND] = {NLM_F_CREATE | NLM_F_APPEND, "append", "addrule"},
	[OPERATION_PREPEND] = {NLM_F_CREATE, "prepend", "addrule"},
	[OPERATION_CHANGE] = {NLM_F_REPLACE, "change", "replacerule"},
	[OPERATION_REPLACE] = {NLM_F_CREATE | NLM_F_REPLACE, "replace", "replacerule"},
	[OPERATION_DELETE] = {0, "del", "delrule"},
};

void transaction_free(struct transaction *transaction)
{
	buffer_free(&transaction->messages);
	vector_free(&transaction->changes);
}

/* Where the message begins. Offset 0 is never used, so that it can stand for none. */
static size_t append_message(struct transaction *transaction, const struct object *object,
	const void *record, uint16_t type, uint16_t flags)
{
	struct buffer *messages = &transaction->messages;
	size_t start;
	void *memory;

	if (!messages->length)
		buffer_fill(messages, 0, NLMSG_HDRLEN);
	start = messages->length;
	memory = buffer_reserve(messages, MESSAGE_MAX);
	fields_encode(object, record, type, flags, memory);
	buffer_advance(messages, NLMSG_ALIGN(((struct nlmsghdr *)memory)->nlmsg_len));
	return start;
}

void transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous,
	const struct words *words, const struct origin *origin)
{
	uint16_t type = operation == OPERATION_DELETE ? object->type_del : object->type_new;
	struct change change = {
		.operation = operation,
		.object = object,
		.words = words,
		.origin = origin,
	};

	change.message =
		append_message(transaction, object, record, type, recipes[operation].flags);
	if (previous)
		change.previous =
			append_message(transaction, object, previous, object->type_new, 0);
	transaction->changes.size = sizeof change;
	vector_push(&transaction->changes, &change);
}

static struct nlmsghdr *message_at(const struct transaction *transaction, size_t offset)
{
	return (struct nlmsghdr *)(transaction->messages.data + offset);
}

const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change)
{
	return message_at(transaction, change->message);
}

const char *change_verb(const struct change *change)
{
	const struct recipe *recipe = &recipes[change->operation];

	return change->object == &rule_object ? recipe->rule_verb : recipe->route_verb;
}

/* Turns the message of a change that was made into the one that takes it back. */
static struct nlmsghdr *undoing(const struct transaction *transaction, const struct change *change)
{
	struct nlmsghdr *message;

	if (!change->previous) {
		message = message_at(transaction, change->message);
		message->nlmsg_type = change->object->type_del;
		message->nlmsg_flags = NLM_F_REQUEST;
		return message;
	}
	message = message_at(transaction, change->previous);
	message->nlmsg_flags =
		NLM_F_REQUEST | NLM_F_CREATE |
		(change->operation == OPERATION_DELETE ? NLM_F_APPEND : NLM_F_REPLACE);
	return message;
}

/* Takes back the first `count` changes. How many could not be. */
static size_t undo(struct transaction *transaction, struct netlink *netlink, size_t count)
{
	struct error ignored;
	struct answer answer;
	size_t failed = 0;

	while (count--) {
		const struct change *change = vector_at(&transaction->changes, count);

		if (netlink_request(
			    netlink, undoing(transaction, change), &answer, NULL, NULL, &ignored) ||
			answer.number)
			failed++;
	}
	return failed;
}

int transaction_commit(
	struct transaction *transaction, struct netlink *netlink, int *number, struct error *error)
{
	struct answer answer;
	size_t failed;

	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		struct nlmsghdr *message = message_at(transaction, change->message);
		int lost = netlink_request(netlink, message, &answer, NULL, NULL, error);

		if (!lost && !answer.number)
			continue;
		if (number)
			*number = lost ? 0 : answer.number;
		if (!lost)
			refusal_explain(&answer, message, change->words, change->origin, error);
		failed = undo(transaction, netlink, i);
		if (!failed)
			return -1;
		error->status = STATUS_PARTLY;
		return error_hint(error,
			"%zu of the %zu changes before it could not be undone: see "
			"`iproute show` and `iproute showrules`",
			failed, i);
	}
	return 0;
}
