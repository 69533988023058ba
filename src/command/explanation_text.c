/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an explanation as text. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "command/explanation.h"
#include "kind/net_map.h"
#include "command/reason.h"

enum { RULE_WIDTH_MOST = 56, PREFERENCE_WIDTH = 4 };

struct shown {
	const struct explanation *explanation;
	const struct snapshot *snapshot;
	struct view view;
	const char *prefix;
	struct buffer *out;
};

static void add_keys(struct buffer *out, const struct packet *packet)
{
	if (packet->tos.value)
		buffer_format(out, ", tos %#x", packet->tos.value);
	if (packet->mark.value)
		buffer_format(out, ", mark %#x", packet->mark.value);
	if (packet->transport.given)
		buffer_format(out, ", ipproto %u", packet->transport.value);
	if (packet->source_port.given)
		buffer_format(out, ", sport %u", packet->source_port.value);
	if (packet->destination_port.given)
		buffer_format(out, ", dport %u", packet->destination_port.value);
	if (packet->flow_label.value)
		buffer_format(out, ", flowlabel %#x", packet->flow_label.value);
}

static bool is_forwarded(const struct shown *shown)
{
	const struct outcome *outcome = &shown->explanation->connection.trace.outcome;

	return !outcome->number && outcome->type == RTN_UNICAST;
}

static void show_packet(const struct shown *shown)
{
	const struct packet received = connection_received(&shown->explanation->connection);
	const struct packet *packet = &received;
	const struct device *bound = packet->vrf.given ? &packet->vrf : &packet->output;

	buffer_string(shown->out, shown->prefix);
	if (packet->source.given) {
		reason_address(shown->out, packet->family, packet->source.bytes);
		buffer_string(shown->out, " -> ");
	}
	reason_address(shown->out, packet->family, packet->destination.bytes);
	if (packet->input.given)
		buffer_format(shown->out, "%s, in %s", is_forwarded(shown) ? ", forwarded" : "",
			reason_device(shown->snapshot, packet->input.index));
	else
		buffer_string(shown->out, ", from this host");
	if (bound->given && !packet->input.given)
		buffer_format(
			shown->out, ", bound to %s", reason_device(shown->snapshot, bound->index));
	add_keys(shown->out, packet);
	buffer_char(shown->out, '\n');
}

static void show_rewriting(const struct shown *shown)
{
	const struct packet *packet = &shown->explanation->connection.packet;
	const struct rewriting *rewriting = &shown->explanation->connection.rewriting;

	if (!rewriting->given)
		return;
	buffer_format(shown->out, "%srewritten to ", shown->prefix);
	reason_address(shown->out, packet->family, packet->destination.bytes);
	if (rewriting->by.service.to)
		buffer_format(shown->out, ", dport %u", packet->destination_port.value);
	buffer_string(shown->out, " by ");
	reason_node(shown->out, &rewriting->by, &shown->view);
	buffer_char(shown->out, '\n');
}

/* Returns the number of digits of the highest preference. */
static int preference_width(const struct trace *trace)
{
	const struct trace_step *last;
	int width = PREFERENCE_WIDTH;

	if (!trace->steps.count)
		return width;
	last = vector_at(&trace->steps, trace->steps.count - 1);
	for (uint64_t power = 10000; last->rule->preference.value >= power; power *= 10)
		width++;
	return width;
}

static size_t rule_width(const struct trace *trace, const struct view *view)
{
	size_t width = 0;

	for (size_t i = 0; i < trace->steps.count; i++) {
		const struct trace_step *step = vector_at(&trace->steps, i);
		struct buffer text = {0};

		reason_rule(&text, step->rule, view);
		if (text.length > width && text.length <= RULE_WIDTH_MOST)
			width = text.length;
		buffer_free(&text);
	}
	return width;
}

static void show_losers(const struct shown *shown, const struct trace_step *step)
{
	for (size_t i = 0; i < step->found.candidates.count; i++) {
		const struct candidate *candidate = vector_at(&step->found.candidates, i);

		if (&candidate->route == step->node)
			continue;
		buffer_format(shown->out, "%s%*s", shown->prefix, PREFERENCE_WIDTH + 4, "");
		reason_node(shown->out, &candidate->route, &shown->view);
		buffer_format(shown->out, ": %s\n", reason_loss(candidate->loss));
	}
}

static void show_step(const struct shown *shown, const struct trace *trace,
	const struct trace_step *step, size_t width)
{
	struct buffer *out = shown->out;
	size_t begin;

	buffer_format(out, "%s%*u  ", shown->prefix, preference_width(trace),
		step->rule->preference.value);
	begin = out->length;
	reason_rule(out, step->rule, &shown->view);
	buffer_fill(out, ' ', out->length - begin < width ? width - (out->length - begin) + 2 : 2);
	reason_step(out, shown->snapshot, trace, step, &shown->view);
	buffer_char(out, '\n');
	if (shown->view.details)
		show_losers(shown, step);
}

static void show_steps(const struct shown *shown, const struct trace *trace)
{
	size_t width = rule_width(trace, &shown->view);

	for (size_t i = 0; i < trace->steps.count; i++)
		show_step(shown, trace, vector_at(&trace->steps, i), width);
}

static void add_hop(const struct shown *shown, const struct trace *trace, const struct hop *hop)
{
	struct buffer *out = shown->out;

	if (hop->gateway.given)
		reason_address(out, hop->gateway.family, hop->gateway.bytes);
	else
		reason_address(out, trace->flow.family, trace->flow.destination);
	buffer_format(out, " on %s", reason_device(shown->snapshot, hop->device));
}

static void add_refusal(const struct shown *shown, const struct trace *trace)
{
	buffer_string(
		shown->out, trace->outcome.cause > CAUSE_NO_ROUTE ? "dropped: " : "refused: ");
	reason_cause(shown->out, shown->snapshot, trace);
	buffer_format(shown->out, "; %s", reason_for_sender(trace));
}

static bool is_ours(const struct trace *trace)
{
	return trace->outcome.type == RTN_LOCAL || trace->outcome.type == RTN_ANYCAST ||
	       (trace->flow.input != DEVICE_LOOPBACK && trace->outcome.type != RTN_UNICAST);
}

static void add_fate(const struct shown *shown, const struct trace *trace, const char *sent)
{
	const struct outcome *outcome = &trace->outcome;

	if (outcome->number) {
		add_refusal(shown, trace);
		return;
	}
	if (is_ours(trace)) {
		buffer_string(shown->out, "delivered to this host");
		return;
	}
	buffer_string(shown->out, sent);
	for (size_t i = 0; i < outcome->hop_count; i++) {
		buffer_string(shown->out, i ? " or " : "");
		add_hop(shown, trace, &outcome->hops[i]);
		if (outcome->hop_count > 1)
			buffer_format(shown->out, " weight %u", outcome->hops[i].weight);
	}
}

static void add_translation(const struct shown *shown)
{
	const struct explanation *explanation = shown->explanation;
	const struct rule *rule = explanation->connection.trace.outcome.rule;
	const struct hop *hop = explanation->connection.trace.outcome.hops;

	if (explanation->connection.translated.given) {
		buffer_string(shown->out, ", as ");
		reason_address(shown->out, explanation->connection.packet.family,
			explanation->connection.translated.bytes);
		buffer_format(shown->out, " (%s)", explanation_translation(explanation));
	} else if (!explanation->connection.packet.source.given && hop->source.given) {
		buffer_string(shown->out, ", as ");
		reason_address(
			shown->out, explanation->connection.packet.family, hop->source.bytes);
	}
	if (rule && rule->log.given && !explanation->connection.hairpin)
		buffer_string(shown->out, ", logged");
	if (rule && rule->valve.given)
		buffer_string(shown->out, ", valve: only replies come back");
}

static void show_fate(const struct shown *shown)
{
	const struct trace *trace = &shown->explanation->connection.trace;

	buffer_string(shown->out, shown->prefix);
	add_fate(shown, trace, "sent to ");
	if (!trace->outcome.number && trace->outcome.type == RTN_UNICAST &&
		trace->outcome.hop_count)
		add_translation(shown);
	buffer_char(shown->out, '\n');
	if (trace->ambiguous)
		buffer_format(shown->out,
			"%sone of several ways: a hash of the packet decides what becomes of it\n",
			shown->prefix);
}

/* The source of replies: connection tracking remembers the ports; a rule with `nat` is for the
 * others. */
static void add_restored(const struct shown *shown)
{
	const struct connection *connection = &shown->explanation->connection;
	const struct outcome *end = &connection_reply_end(connection)->outcome;
	struct address source = connection->rewriting.destination;

	if (!connection->rewriting.given || end->number)
		return;
	if (!connection->rewriting.by.service.given) {
		if (!end->rule || !end->rule->nat.given)
			return;
		source = connection->packet.destination;
		net_map(&end->rule->source, &end->rule->nat, source.bytes);
	}
	buffer_string(shown->out, ", as ");
	reason_address(shown->out, connection->packet.family, source.bytes);
	buffer_string(shown->out, " (nat)");
}

static void show_reply(const struct shown *shown)
{
	const struct connection *connection = &shown->explanation->connection;
	const struct trace *reply = &connection->reply;

	if (!connection->answered)
		return;
	buffer_format(shown->out, "%sreplies: ", shown->prefix);
	if (is_ours(&connection->trace)) {
		add_fate(shown, reply, "sent to ");
		if (connection->unmarked)
			buffer_string(shown->out,
				", before nftables marks it: some route must lead there");
	} else {
		buffer_format(shown->out, "in %s, ",
			reason_device(shown->snapshot, connection->trace.outcome.hops[0].device));
		if (connection->translated.given && !reply->outcome.number)
			buffer_string(
				shown->out, is_ours(reply) ? "local, then " : "translated, then ");
		add_fate(shown, connection_reply_end(connection), "to ");
		add_restored(shown);
	}
	if (connection->trace.rp_filter && connection->trace.reverse)
		buffer_string(shown->out, "; rp_filter lets the packet in");
	buffer_char(shown->out, '\n');
}

static void show_kernel(const struct shown *shown)
{
	const struct explanation *explanation = shown->explanation;
	const struct gateway *redirect = &explanation->redirect;
	char address[ADDRESS_TEXT_MAX];

	if (!explanation->asked)
		return;
	if (explanation->agrees && redirect->given) {
		address_text(redirect->family, redirect->bytes, address);
		buffer_format(shown->out,
			"%sthe kernel agrees, but sends to %s now: an ICMP redirect said so "
			"(`iproute -c`)\n",
			shown->prefix, address);
	} else if (explanation->agrees)
		buffer_format(shown->out, "%sthe kernel agrees\n", shown->prefix);
	else
		buffer_format(shown->out,
			"%sTHE KERNEL DISAGREES: %s\n%splease report this, with the output of "
			"`iproute save -a` and `uname -r`\n",
			shown->prefix, explanation->disagreement, shown->prefix);
}

static struct shown begin(struct session *session, const struct explanation *explanation,
	const char *prefix, struct buffer *out)
{
	return (struct shown){
		.explanation = explanation,
		.snapshot = explanation->subject->snapshot,
		.view = session_view(session),
		.prefix = prefix,
		.out = out,
	};
}

void explanation_text(struct session *session, const struct explanation *explanation,
	const char *prefix, struct buffer *out)
{
	struct shown shown = begin(session, explanation, prefix, out);

	show_packet(&shown);
	show_rewriting(&shown);
	show_steps(&shown, &explanation->connection.trace);
	show_fate(&shown);
	show_reply(&shown);
	show_kernel(&shown);
}
