/* Changes, one message behind the other. */
#include "policy/transaction.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/own.h"
#include "policy/sharing.h"
#include "policy/translation.h"

enum { CLASSES_APART = 8 };

static const struct {
	uint16_t flags;
	const char *verb; /* of routes */
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
	policy_free(&transaction->policy);
	buffer_free(&transaction->messages);
	buffer_free(&transaction->previous);
	vector_free(&transaction->changes);
	vector_free(&transaction->participants);
	buffer_free(&transaction->stuck);
	vector_free(&transaction->nat_routes);
	translation_free(transaction->translation);
	sharing_free(transaction->sharing);
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

/* Where the message begins, in units of NLMSG_ALIGNTO. */
static uint32_t append_message(struct buffer *messages, struct rows given,
	const struct object *object, const void *record, uint16_t type, uint16_t flags)
{
	size_t start = messages->length;
	void *memory = buffer_reserve(messages, MESSAGE_MAX);

	rows_encode(given, object, record, type, flags, memory);
	buffer_advance(messages, NLMSG_ALIGN(((struct nlmsghdr *)memory)->nlmsg_len));
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

static uint8_t message_family(const struct nlmsghdr *message)
{
	return *(const uint8_t *)NLMSG_DATA(message);
}

/* From now on the change counts as made. */
static void note(struct transaction *transaction, struct change *change,
	const struct object *object, const void *record)
{
	struct policy *policy = &transaction->policy;
	enum operation operation = (enum operation)change->operation;
	const struct route *route = record;
	const struct rule *rule = record;

	if (object == &rule_object) {
		change->kept = policy_note_rule(
			policy, operation, rule, change_message(transaction, change));
	} else if (object == &route_object &&
		   policy_keeps(policy, route->family, route->class.value)) {
		change->kept = true;
		change->touches = policy_note_route(policy, operation, route);
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
	/* What is deleted comes back by its own message. */
	if (previous && !deletes) {
		given = presence_rows(presence, previous);
		change.previous = 1 + append_message(&transaction->previous, given, object,
					      previous, object->type_new, 0);
	}
	note(transaction, &change, object, record);
	if (object == &route_object)
		translation_note_route(transaction, operation, record);
	transaction->changes.size = sizeof change;
	return vector_push(&transaction->changes, &change);
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

/* Takes into the policy what was changed already of the routes that it keeps from now on. */
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

	if (!policy->keep || policy_keeps(policy, family, class))
		return 0;
	/* Many classes cost less all at once. */
	if (class && policy->scopes.count >= CLASSES_APART)
		class = 0;
	if (policy_load(policy, family, class, error))
		return -1;
	replay(transaction, family);
	return 0;
}

/* The next number behind those chosen already, or the first that no rule uses. */
static int claim_next(struct transaction *transaction, uint32_t *class, struct error *error)
{
	struct policy *policy = &transaction->policy;
	const struct vector *inet;
	const struct vector *inet6;
	uint32_t candidate;

	if (!policy->claims) {
		inet = policy_rules(policy, AF_INET, error);
		inet6 = inet ? policy_rules(policy, AF_INET6, error) : NULL;
		if (!inet6)
			return -1;
		candidate = own_candidate(inet6);
		policy->claimed = own_candidate(inet);
		if (candidate > policy->claimed)
			policy->claimed = candidate;
	}
	*class = policy->claimed + policy->claims++;
	if (*class >= CLASS_PRIVATE)
		return 0;
	return error_set(
		error, STATUS_GUARDED, "no private class is free: other programs use them");
}

/* The kernel gives a rule without a preference its place when it comes: of many, one by one. */
static void add_rule(struct transaction *transaction, struct rule *rule)
{
	struct policy *policy = &transaction->policy;

	if (!rule->preference.given && (policy->keep || transaction->rules_added))
		rule->preference =
			(struct number){true, policy_default_preference(policy, rule->family)};
	transaction->rules_added++;
	transaction_add(transaction, OPERATION_ADD, &rule_object, rule, NULL);
}

int transaction_add_rule(struct transaction *transaction, struct rule *rule, struct error *error)
{
	uint32_t class;

	if (translation_add_rule(transaction, rule, error))
		return -1;
	if (rule->own.given) {
		if (claim_next(transaction, &class, error))
			return -1;
		own_assign(rule, class);
		policy_claim(&transaction->policy, rule->own.record);
		transaction_add(transaction, OPERATION_ADD, &route_object, rule->own.record, NULL)
			->claim = true;
	}
	add_rule(transaction, rule);
	return 0;
}

int transaction_remove_rule(
	struct transaction *transaction, const struct rule *rule, bool after, struct error *error)
{
	/* What `rule` points at may be the policy's own copy, which is about to go. */
	struct rule removed = *rule;
	const void *own;

	if (translation_begin(transaction, &removed, true, error))
		return -1;
	own = removed.own.given ? removed.own.record : NULL;
	transaction_add(transaction, OPERATION_DELETE, &rule_object, &removed, &removed)->after =
		after;
	if (own)
		transaction_add(transaction, OPERATION_DELETE, &route_object, own, own)->after =
			after;
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
