/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves private classes if another program uses them. */
#include "change/table_allocation.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "netlink/message.h"
#include "state/own.h"

uint32_t table_allocation_class(
	const struct transaction *transaction, const struct nlmsghdr *message)
{
	const struct own_records *own = &transaction->policy.own;
	uint32_t class = message_class(message);

	return class - own->first < own->count ? class : 0;
}

void table_allocation_reserve(struct transaction *transaction, uint32_t class)
{
	struct own_records *own = &transaction->policy.own;

	if (class > own->reserved && class <= OWN_CLASS_LAST)
		own->reserved = class;
}

int table_allocation_next(struct transaction *transaction, uint32_t *class, struct error *error)
{
	struct policy *policy = &transaction->policy;
	const struct vector *inet;
	const struct vector *inet6;
	uint32_t candidate;

	if (!policy->own.count) {
		inet = policy_rules(policy, AF_INET, error);
		inet6 = inet ? policy_rules(policy, AF_INET6, error) : NULL;
		if (!inet6)
			return -1;
		candidate = own_candidate(inet6);
		policy->own.first = own_candidate(inet);
		if (candidate > policy->own.first)
			policy->own.first = candidate;
		if (policy->own.reserved >= policy->own.first)
			policy->own.first = policy->own.reserved + 1;
	}
	*class = policy->own.first + policy->own.count++;
	if (*class >= CLASS_PRIVATE && *class <= OWN_CLASS_LAST)
		return 0;
	return error_set(
		error, STATUS_GUARDED, "no private class is free: other programs use them");
}

static void move_message(
	const struct transaction *transaction, struct nlmsghdr *message, uint32_t by)
{
	uint32_t class = table_allocation_class(transaction, message);

	if (class)
		message_move_class(message, class, class + by);
}

static void move_messages(
	const struct transaction *transaction, struct buffer *messages, uint32_t by)
{
	size_t at = 0;

	while (at < messages->length) {
		struct nlmsghdr *message = (struct nlmsghdr *)(messages->data + at);

		move_message(transaction, message, by);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
}

static void move_records(
	const struct transaction *transaction, const struct kept_list *records, uint32_t by)
{
	for (uint32_t number = 0; kept_exists(records, number); number = kept_next(records, number))
		move_message(transaction, kept_message_at(records, number), by);
}

static void move_all(struct transaction *transaction, uint32_t by)
{
	struct policy *policy = &transaction->policy;

	for (int i = 0; i < 2; i++) {
		struct rule_list *list = policy_list(policy, i ? AF_INET6 : AF_INET);

		if (list->loaded) {
			move_records(transaction, &rule_list_index(list)->records, by);
			rule_index_rehash(&list->index);
		}
	}
	move_records(transaction, &policy->routes.records, by);
	route_list_rehash(&policy->routes);
	move_messages(transaction, &transaction->messages, by);
	move_messages(transaction, &transaction->previous, by);
	policy->own.first += by;
}

int table_allocation_move(
	struct transaction *transaction, uint32_t taken, int attempt, struct error *error)
{
	const struct policy *policy = &transaction->policy;
	uint32_t by = taken - policy->own.first + 1;

	/* Random steps, so that two programs don't collide again. Steps grow, because a dump during
	 * changes may miss the highest class by thousands. */
	if (attempt)
		by += policy->own.count * (1 + (uint32_t)(getpid() * attempt) % 64) << attempt / 4;
	if (attempt == TABLE_ALLOCATION_ATTEMPTS ||
		OWN_CLASS_LAST - policy->own.count - policy->own.first < by)
		return error_set(
			error, STATUS_GUARDED, "no private class is free: other programs use them");
	move_all(transaction, by);
	return 0;
}

int table_allocation_check(const struct transaction *transaction, bool *alone, struct error *error)
{
	const struct policy *policy = &transaction->policy;

	*alone = true;
	if (!policy->own.count)
		return 0;
	return own_alone(policy->netlink, policy->own.first, policy->own.count, alone, error);
}
