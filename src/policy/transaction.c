/* Changes, one message behind the other. */
#include "policy/transaction.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/own.h"
#include "policy/translation.h"

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
	policy_free(&transaction->policy);
	buffer_free(&transaction->messages);
	buffer_free(&transaction->previous);
	vector_free(&transaction->changes);
	vector_free(&transaction->participants);
	vector_free(&transaction->nat_routes);
	translation_free(transaction->translation);
}

/* Where the message begins, in units of NLMSG_ALIGNTO. */
static uint32_t append_message(struct buffer *messages, const struct object *object,
	const void *record, uint16_t type, uint16_t flags)
{
	size_t start = messages->length;
	void *memory = buffer_reserve(messages, MESSAGE_MAX);

	fields_encode(object, record, type, flags, memory);
	buffer_advance(messages, NLMSG_ALIGN(((struct nlmsghdr *)memory)->nlmsg_len));
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

struct change *transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous)
{
	bool deletes = operation == OPERATION_DELETE;
	struct change change = {
		.operation = (uint8_t)operation,
		.line = transaction->line,
		.verify = !deletes && fields_may_vanish(object, record,
					      ((const struct record *)record)->family),
	};
	uint16_t flags = recipes[operation].flags | (change.verify ? NLM_F_ECHO : 0);

	change.message = append_message(&transaction->messages, object, record,
		deletes ? object->type_del : object->type_new, flags);
	if (previous)
		change.previous = 1 + append_message(&transaction->previous, object, previous,
					      object->type_new, 0);
	policy_note(&transaction->policy, operation, object, record);
	if (object == &route_object)
		translation_note_route(transaction, operation, record);
	transaction->changes.size = sizeof change;
	return vector_push(&transaction->changes, &change);
}

/* The next number behind those chosen already, or the first that no rule uses. */
static int claim_class(struct transaction *transaction, uint32_t *class, struct error *error)
{
	const struct vector *inet = policy_rules(&transaction->policy, AF_INET, error);
	const struct vector *inet6 =
		inet ? policy_rules(&transaction->policy, AF_INET6, error) : NULL;
	uint32_t candidate;

	if (!inet6)
		return -1;
	if (!transaction->claims) {
		candidate = own_candidate(inet6);
		transaction->claimed = own_candidate(inet);
		if (candidate > transaction->claimed)
			transaction->claimed = candidate;
	}
	*class = transaction->claimed + transaction->claims++;
	if (*class >= CLASS_PRIVATE)
		return 0;
	return error_set(
		error, STATUS_GUARDED, "no private class is free: other programs use them");
}

int transaction_add_rule(struct transaction *transaction, struct rule *rule, struct error *error)
{
	uint32_t class;

	if (translation_add_rule(transaction, rule, error))
		return -1;
	if (rule->own.given) {
		if (claim_class(transaction, &class, error))
			return -1;
		own_assign(rule, class);
		transaction_add(transaction, OPERATION_ADD, &route_object, rule->own.record, NULL)
			->claim = true;
	}
	transaction_add(transaction, OPERATION_ADD, &rule_object, rule, NULL);
	return 0;
}

int transaction_remove_rule(
	struct transaction *transaction, const struct rule *rule, bool after, struct error *error)
{
	/* What `rule` points at may be the policy's own copy, which is about to go. */
	struct rule removed = *rule;

	if (translation_begin(transaction, &removed, true, error))
		return -1;
	transaction_add(transaction, OPERATION_DELETE, &rule_object, &removed, &removed)->after =
		after;
	if (removed.own.given)
		transaction_add(transaction, OPERATION_DELETE, &route_object, removed.own.record,
			removed.own.record);
	translation_remove_rule(transaction, &removed);
	return 0;
}

void transaction_join(struct transaction *transaction, const struct participant *participant)
{
	transaction->participants.size = sizeof *participant;
	vector_push(&transaction->participants, participant);
}

const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change)
{
	return (const struct nlmsghdr *)(transaction->messages.data +
					 (size_t)change->message * NLMSG_ALIGNTO);
}

const struct object *change_object(
	const struct transaction *transaction, const struct change *change)
{
	uint16_t type = change_message(transaction, change)->nlmsg_type;

	return type == RTM_NEWRULE || type == RTM_DELRULE ? &rule_object : &route_object;
}

const char *change_verb(const struct transaction *transaction, const struct change *change)
{
	const struct recipe *recipe = &recipes[change->operation];

	return change_object(transaction, change) == &rule_object ? recipe->rule_verb
	                                                          : recipe->route_verb;
}
