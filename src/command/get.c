/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get: shows the route that a packet takes, or the route or rule that refuses it. */
#include <errno.h>

#include "command/command.h"
#include "command/explanation.h"
#include "command/reason.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/lookup.h"
#include "state/own.h"
#include "state/reach.h"
#include "change/refusal.h"

/* The meaning of a lookup's errno: the kernel sends no text with it. */
static const struct meaning {
	int number;
	const char *text;
} meanings[] = {
	{EINVAL, "the packet is dropped without an answer"},
	{EACCES, "the packet is prohibited: its sender gets ICMP administratively prohibited"},
	{EHOSTUNREACH, "the packet is rejected: its sender gets ICMP host unreachable"},
	{ENETUNREACH, "no rule leads to a route for this packet"},
	{EXDEV, "the packet may not come in there"},
};

/* Returns the text for a refusal whose reason the model knows; NULL: use that of the errno. */
static const char *text_of_cause(const struct trace *trace)
{
	switch (trace->outcome.cause) {
	case CAUSE_NODE:
		return trace->outcome.number == EHOSTUNREACH
		               ? "a route rejects the packet: its sender gets ICMP host unreachable"
		               : NULL;
	case CAUSE_RULE:
		return trace->outcome.number == ENETUNREACH
		               ? "a rule rejects the packet: its sender gets ICMP net unreachable"
		               : NULL;
	case CAUSE_NOT_FORWARDING:
		return "this host does not forward the packet";
	case CAUSE_SOURCE_FOREIGN:
		return "this host can't send from that address";
	case CAUSE_NO_REVERSE_ROUTE:
	case CAUSE_REVERSE_OTHER_DEVICE:
		return "reverse path filtering drops the packet";
	default:
		return NULL;
	}
}

static const char *text_of_number(int number)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].number == number)
			return meanings[i].text;
	return NULL;
}

/* Returns the first rule that would have taken the packet if it had a mark. */
static const struct rule *find_marked(const struct trace *trace)
{
	for (size_t i = 0; i < trace->steps.count; i++) {
		const struct trace_step *step = vector_at(&trace->steps, i);

		if (step->match == MATCH_NOT_MARK && !trace->flow.mark)
			return step->rule;
	}
	return NULL;
}

static void hint_reason(struct session *session, const struct snapshot *snapshot,
	const struct trace *trace, struct error *error)
{
	const struct outcome *outcome = &trace->outcome;
	const void *rule = outcome->rule;
	const void *node = outcome->node;
	struct buffer text = {0};

	if (outcome->cause == CAUSE_RULE) {
		session_hint_records(session, error, "by this rule:", &rule_object, &rule, 1);
	} else if (outcome->cause == CAUSE_NODE) {
		session_hint_records(session, error, "by this route:", &route_object, &node, 1);
	} else if (outcome->cause == CAUSE_NO_ROUTE) {
		rule = find_marked(trace);
		if (rule)
			session_hint_records(session, error,
				find_marked(trace)->reply.given
					? "the packet is not a reply, which this rule requires:"
					: "the packet has no mark, which this rule requires:",
				&rule_object, &rule, 1);
		else if (!reach_explain(session->netlink, trace->flow.family,
				 trace->flow.destination, 0, error))
			error_hint(error, "`iproute explain` shows what each rule says");
	} else {
		reason_cause(&text, snapshot, trace);
		error_hint(error, "%s", buffer_text(&text));
	}
	buffer_free(&text);
}

static int refuse(struct session *session, const struct packet *packet, const struct lookup *lookup,
	struct words *words, const struct origin *origin, struct error *error)
{
	const char *text = text_of_number(lookup->answer.number);
	struct explanation explanation = {0};
	struct subject subject = {0};
	struct error unread;

	if (!text || *lookup->answer.sentence)
		return refusal_explain(
			&lookup->answer, (struct nlmsghdr *)lookup->request, words, origin, error);
	if (!subject_open(session, &subject, &unread) &&
		!explanation_make(session, &subject, packet, &explanation, &unread) &&
		explanation.agrees && text_of_cause(&explanation.connection.trace))
		text = text_of_cause(&explanation.connection.trace);
	error_at(error, words, -1, "%s (%s)", text, strerrorname_np(lookup->answer.number));
	error->status = STATUS_REFUSED;
	if (explanation.agrees && explanation.connection.trace.outcome.number)
		hint_reason(session, subject.snapshot, &explanation.connection.trace, error);
	explanation_free(&explanation);
	subject_close(session, &subject);
	return -1;
}

/* The number of a private class is internal: shows `own` instead. */
static int hide_private_class(
	const struct session *session, struct route *route, struct error *error)
{
	if (session->options.details)
		return 0;
	if (own_has_marker(
		    session->netlink, route->family, route->class.value, &route->own.given, error))
		return -1;
	route->class.given &= !route->own.given;
	return 0;
}

int command_get(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct packet packet = {0};
	struct origin origin;
	struct lookup lookup;
	struct view view;
	struct writer *writer;

	(void)command;
	if (record_read(&parser, session_words(session, &packet_object), PURPOSE_MAKE, &packet,
		    &origin, error) ||
		lookup_ask(session->netlink, &packet, &session->arena, &lookup, error))
		return -1;
	if (lookup.answer.number)
		return refuse(session, &packet, &lookup, words, &origin, error);
	/*
	 * The kernel makes these routes for the packet, with scope 0, so protocol and scope have no
	 * meaning.
	 */
	if (!packet.match.given) {
		lookup.route.protocol.given = false;
		lookup.route.scope.given = false;
	}
	view = session_view(session);
	/* Hides rows that every answer has or that weren't requested. */
	if (!view.details)
		lookup.route.cached.given = false;
	if (!view.details && !packet.source.given)
		lookup.route.from.given = false;
	if (!view.details && !packet.uid.given)
		lookup.route.user.given = false;
	if (hide_private_class(session, &lookup.route, error))
		return -1;
	writer = session_writer(session, "");
	writer_begin(writer);
	fields_render(writer, &route_object, &lookup.route, &view);
	writer_end(writer);
	writer_free(writer);
	return 0;
}
