/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects changes as messages in one buffer. */
#include "change/transaction.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"

enum { CLASSES_APART = 8 };

static const struct {
	uint16_t flags;
	const char *verb; /* the verb for routes */
} operations[] = {
	[OPERATION_ADD] = {NLM_F_CREATE | NLM_F_EXCL, "add"},
	[OPERATION_APPEND] = {NLM_F_CREATE | NLM_F_APPEND, "append"},
	[OPERATION_PREPEND] = {NLM_F_CREATE, "prepend"},
	[OPERATION_CHANGE] = {NLM_F_REPLACE, "change"},
	[OPERATION_REPLACE] = {NLM_F_CREATE | NLM_F_REPLACE, "replace"},
	[OPERATION_DELETE] = {0, "del"},
};

void transaction_free(struct transaction *transaction)
{
	participants_free(&transaction->participants);
	policy_free(&transaction->policy);
	buffer_free(&transaction->messages);
	buffer_free(&transaction->previous);
	vector_free(&transaction->changes);
	buffer_free(&transaction->stuck);
}

static const struct presence *presence_of(
	struct transaction *transaction, const struct object *object)
{
	struct presence *presence =
		object == &rule_object ? &transaction->rules : &transaction->routes;

	if (!presence->object)
		presence_init(presence, object);
	return presence;
}

bool transaction_fragile(
	struct transaction *transaction, const struct object *object, const void *record)
{
	const struct presence *presence = presence_of(transaction, object);

	return presence_fragile(presence, presence_rows(presence, record), record);
}

/* Returns where the message starts, in units of NLMSG_ALIGNTO bytes. */
static uint32_t append_message(struct buffer *messages, struct rows given,
	const struct object *object, const void *record, uint16_t type, uint16_t flags)
{
	size_t start = messages->length;
	void *memory = buffer_reserve(messages, MESSAGE_MAX);

	rows_encode(given, object, record, type, flags, memory);
	buffer_advance(messages, NLMSG_ALIGN(((struct nlmsghdr *)memory)->nlmsg_len));
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

/* Notes the change in the policy. */
static void note(struct transaction *transaction, struct change *change,
	const struct object *object, const void *record)
{
	struct policy *policy = &transaction->policy;
	enum operation operation = (enum operation)change->operation;
	const struct route *route = record;
	const struct rule *rule = record;

	if (object == &rule_object) {
		change->kept = policy_note_rule(policy, operation, rule,
			change_message(transaction, change), &change->record);
	} else if (object == &route_object &&
		   route_list_keeps(&policy->routes, route->family, route->class.value)) {
		change->kept = true;
		change->touches =
			route_list_note(&policy->routes, operation, route, &change->record);
	}
}

struct change *transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous)
{
	bool deletes = operation == OPERATION_DELETE;
	const struct presence *presence = presence_of(transaction, object);
	struct rows given = presence_rows(presence, record);
	struct change change = {
		.operation = (uint8_t)operation,
		.line = transaction->line,
		.verify = !deletes && presence_fragile(presence, given, record),
	};
	uint16_t flags = operations[operation].flags | (change.verify ? NLM_F_ECHO : 0);

	change.message = append_message(&transaction->messages, given, object, record,
		deletes ? object->type_del : object->type_new, flags);
	/* Undoing a deletion adds the record by its own message. */
	if (previous && !deletes) {
		given = presence_rows(presence, previous);
		change.previous = 1 + append_message(&transaction->previous, given, object,
					      previous, object->type_new, 0);
	}
	note(transaction, &change, object, record);
	if (object == &route_object)
		participants_route_noted(&transaction->participants, operation, record);
	transaction->changes.size = sizeof change;
	return vector_push(&transaction->changes, &change);
}

void transaction_set_previous(
	struct transaction *transaction, struct change *change, const void *record)
{
	const struct object *object = change_object(transaction, change);

	change->previous = 1 + append_message(&transaction->previous, fields_given(object, record),
				       object, record, object->type_new, 0);
}

void transaction_correct(struct transaction *transaction, struct change *change, const void *record)
{
	const struct object *object = change_object(transaction, change);
	const struct nlmsghdr *message = change_message(transaction, change);
	uint16_t type = message->nlmsg_type;
	uint16_t flags = message->nlmsg_flags;

	change->message = append_message(
		&transaction->messages, fields_given(object, record), object, record, type, flags);
}

/* Notes earlier changes of the routes that the policy keeps from now on. */
static void replay(struct transaction *transaction, uint8_t family)
{
	struct arena arena = {0};

	for (size_t i = 0; i < transaction->changes.count; i++) {
		struct change *change = vector_at(&transaction->changes, i);
		const struct nlmsghdr *message = change_message(transaction, change);
		struct route route = {0};

		if (change->kept || change_object(transaction, change) != &route_object ||
			message_family(message) != family)
			continue;
		fields_decode(&route_object, message, &arena, &route);
		note(transaction, change, &route_object, &route);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

int transaction_watch(
	struct transaction *transaction, uint8_t family, uint32_t class, struct error *error)
{
	struct policy *policy = &transaction->policy;

	if (!policy->keep || route_list_keeps(&policy->routes, family, class))
		return 0;
	/* For many classes, one dump of all is cheaper. */
	if (class && policy->routes.scopes.count >= CLASSES_APART)
		class = 0;
	if (route_list_load(&policy->routes, policy->netlink, family, class, error))
		return -1;
	replay(transaction, family);
	return 0;
}

void transaction_join(
	struct transaction *transaction, const struct participant *participant, void *context)
{
	const struct participation one = {participant, context};

	transaction->participants.size = sizeof one;
	vector_push(&transaction->participants, &one);
}

void *transaction_participation(
	const struct transaction *transaction, const struct participant *participant)
{
	for (size_t i = 0; i < transaction->participants.count; i++) {
		const struct participation *one = vector_at(&transaction->participants, i);

		if (one->participant == participant)
			return one->context;
	}
	return NULL;
}

const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change)
{
	return (const struct nlmsghdr *)(transaction->messages.data +
					 (size_t)change->message * NLMSG_ALIGNTO);
}

const struct nlmsghdr *change_previous(
	const struct transaction *transaction, const struct change *change)
{
	return (const struct nlmsghdr *)(transaction->previous.data +
					 (size_t)(change->previous - 1) * NLMSG_ALIGNTO);
}

const struct object *message_object(const struct nlmsghdr *message)
{
	return message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE
	               ? &rule_object
	               : &route_object;
}

const struct object *change_object(
	const struct transaction *transaction, const struct change *change)
{
	return message_object(change_message(transaction, change));
}

const char *message_verb(const struct nlmsghdr *message)
{
	uint16_t how = NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND | NLM_F_REPLACE;

	if (message->nlmsg_type == RTM_NEWRULE)
		return "addrule";
	if (message->nlmsg_type == RTM_DELRULE)
		return "delrule";
	for (int i = 0; i < OPERATION_DELETE && message->nlmsg_type == RTM_NEWROUTE; i++)
		if (operations[i].flags == (message->nlmsg_flags & how))
			return operations[i].verb;
	return "del";
}

bool transaction_is_partial(const struct transaction *transaction)
{
	for (size_t i = 0; i < transaction->changes.count; i++)
		if (((const struct change *)vector_at(&transaction->changes, i))->unmade)
			return true;
	return false;
}
