/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends changes with rows that the kernel may ignore, and checks the result. */
#include <string.h>

#include "ip/ip.h"
#include "model/route.h"
#include "change/loss.h"

struct sending {
	struct ip *ip;
	const struct object *object;
};

static enum operation operation_of(const struct ip_verb *verb)
{
	switch (verb->flags) {
	case NLM_F_CREATE | NLM_F_EXCL:
		return OPERATION_ADD;
	case NLM_F_CREATE | NLM_F_APPEND:
		return OPERATION_APPEND;
	case NLM_F_CREATE | NLM_F_REPLACE:
		return OPERATION_REPLACE;
	case NLM_F_REPLACE:
		return OPERATION_CHANGE;
	default:
		return OPERATION_PREPEND;
	}
}

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	(void)context;
	(void)transaction;
	(void)change;
	ip_refuse_kernel(answer, error);
	return false;
}

static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	const struct sending *sending = context;
	struct view view = ip_view(sending->ip);
	char text[sizeof error->message + 16];

	(void)transaction;
	(void)change;
	loss_explain(loss, &view, NULL, NULL, error);
	if (sending->ip->session->options.force) {
		snprintf(text, sizeof text, "Warning: %s.\n", error->message);
		ip_report(sending->ip, text);
		return true;
	}
	snprintf(text, sizeof text, "%s", error->message);
	ip_error(error, IP_REFUSED, "Error: %s.", text);
	return false;
}

static void made(void *context, const struct change *change, const struct nlmsghdr *echo)
{
	const struct sending *sending = context;

	(void)change;
	ip_show_echo(sending->ip, sending->object, echo);
}

int ip_send_verified(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error)
{
	struct sending sending = {ip, object};
	struct commit_hooks hooks = {
		.refused = refused, .lost = lost, .made = made, .context = &sending};
	struct transaction transaction;
	enum operation operation = operation_of(verb);
	const struct route *route = record;
	int status = 0;

	session_begin(ip->session, &transaction);
	transaction.probes = &ip->probes;
	transaction.policy.keep = true;
	if (object == &route_object && operation != OPERATION_ADD)
		status = transaction_watch(&transaction, route->family, route->class.value, error);
	if (!status) {
		transaction_add(&transaction, operation, object, record, NULL);
		status = session_commit(ip->session, &transaction, &hooks, error);
	}
	transaction_free(&transaction);
	return status;
}
