/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an explanation as JSON. */
#include <errno.h>
#include <string.h>

#include "command/explanation.h"
#include "command/reason.h"

#define LABEL(name) (&(struct label){.word = (name), .key = (name)})

static void put_text(struct writer *writer, const char *key, struct buffer *text)
{
	if (text->length)
		writer_string(writer, LABEL(key), TINT_NONE, buffer_text(text));
	buffer_free(text);
}

static void put_prefix(struct writer *writer, const char *key, const struct prefix *prefix)
{
	char text[PREFIX_TEXT_MAX];

	prefix_text(prefix, text);
	writer_string(writer, LABEL(key), TINT_NONE, text);
}

static void put_step(struct writer *writer, const struct snapshot *snapshot,
	const struct trace *trace, const struct trace_step *step, const struct view *view)
{
	struct buffer rule = {0};
	struct buffer reason = {0};

	writer_object_open(writer, NULL);
	writer_number(writer, LABEL("pref"), step->rule->preference.value, NULL);
	reason_rule(&rule, step->rule, view);
	put_text(writer, "rule", &rule);
	writer_string(writer, LABEL("verdict"), TINT_NONE, verdict_word(step));
	reason_step(&reason, snapshot, trace, step, view);
	put_text(writer, "reason", &reason);
	if (step->class)
		writer_number(writer, LABEL("class"), step->class, NULL);
	if (step->node) {
		struct buffer node = {0};

		reason_node(&node, step->node, view);
		put_text(writer, "node", &node);
	}
	writer_object_close(writer);
}

static void put_steps(struct writer *writer, const struct snapshot *snapshot,
	const struct trace *trace, const struct view *view)
{
	writer_list_open(writer, LABEL("steps"));
	for (size_t i = 0; i < trace->steps.count; i++)
		put_step(writer, snapshot, trace, vector_at(&trace->steps, i), view);
	writer_list_close(writer);
}

static void put_address(
	struct writer *writer, const char *key, uint8_t family, const uint8_t *bytes)
{
	struct buffer text = {0};

	reason_address(&text, family, bytes);
	put_text(writer, key, &text);
}

static void put_hop(struct writer *writer, const struct snapshot *snapshot, const struct hop *hop)
{
	if (hop->gateway.given)
		put_address(writer, "gateway", hop->gateway.family, hop->gateway.bytes);
	writer_string(writer, LABEL("dev"), TINT_NONE, reason_device(snapshot, hop->device));
	if (hop->source.given)
		put_address(writer, "prefsrc", hop->source.family, hop->source.bytes);
}

static void put_hops(
	struct writer *writer, const struct snapshot *snapshot, const struct outcome *outcome)
{
	if (outcome->hop_count == 1) {
		put_hop(writer, snapshot, outcome->hops);
		return;
	}
	writer_list_open(writer, LABEL("nexthops"));
	for (size_t i = 0; i < outcome->hop_count; i++) {
		writer_object_open(writer, NULL);
		put_hop(writer, snapshot, &outcome->hops[i]);
		writer_number(writer, LABEL("weight"), outcome->hops[i].weight, NULL);
		writer_object_close(writer);
	}
	writer_list_close(writer);
}

static const char *type_word(const struct outcome *outcome)
{
	static const char *const words[] = {"unspec", "unicast", "local", "broadcast", "anycast",
		"multicast", "drop", "reject", "prohibit", "throw", "nat", "xresolve"};

	if (!outcome->type)
		return outcome->number == EACCES   ? "prohibit"
		       : outcome->number == EINVAL ? "drop"
		                                   : "reject";
	return outcome->type < sizeof words / sizeof *words ? words[outcome->type] : "unknown";
}

static void put_result(struct writer *writer, const struct snapshot *snapshot,
	const struct trace *trace, const char *key)
{
	const struct outcome *outcome = &trace->outcome;
	struct buffer cause = {0};

	writer_object_open(writer, LABEL(key));
	writer_string(writer, LABEL("type"), TINT_NONE, type_word(outcome));
	if (outcome->rule)
		writer_number(writer, LABEL("pref"), outcome->rule->preference.value, NULL);
	if (outcome->class)
		writer_number(writer, LABEL("class"), outcome->class, NULL);
	if (outcome->node)
		put_prefix(writer, "dst", &outcome->node->destination);
	if (!outcome->number)
		put_hops(writer, snapshot, outcome);
	else
		writer_string(writer, LABEL("errno"), TINT_NONE, strerrorname_np(outcome->number));
	reason_cause(&cause, snapshot, trace);
	put_text(writer, "reason", &cause);
	writer_object_close(writer);
}

static void put_packet(
	struct writer *writer, const struct snapshot *snapshot, const struct connection *connection)
{
	const struct packet packet = connection_received(connection);

	writer_object_open(writer, LABEL("packet"));
	if (packet.source.given)
		put_address(writer, "from", packet.family, packet.source.bytes);
	put_address(writer, "to", packet.family, packet.destination.bytes);
	if (packet.input.given)
		writer_string(writer, LABEL("iif"), TINT_NONE,
			reason_device(snapshot, packet.input.index));
	writer_object_close(writer);
}

static void put_rewriting(
	struct writer *writer, const struct connection *connection, const struct view *view)
{
	const struct packet *packet = &connection->packet;
	struct buffer node = {0};

	if (!connection->rewriting.given)
		return;
	writer_object_open(writer, LABEL("rewritten"));
	put_address(writer, "to", packet->family, packet->destination.bytes);
	if (connection->rewriting.by.service.to)
		writer_number(writer, LABEL("dport"), packet->destination_port.value, NULL);
	reason_node(&node, &connection->rewriting.by, view);
	put_text(writer, "by", &node);
	writer_object_close(writer);
}

static void put_translation(struct writer *writer, const struct explanation *explanation)
{
	const char *word = explanation_translation(explanation);

	if (!word)
		return;
	writer_object_open(writer, LABEL("translated"));
	put_address(writer, "from", explanation->connection.packet.family,
		explanation->connection.translated.bytes);
	writer_string(writer, LABEL("by"), TINT_NONE, word);
	writer_object_close(writer);
}

void explanation_json(
	struct session *session, const struct explanation *explanation, struct writer *writer)
{
	const struct snapshot *snapshot = explanation->subject->snapshot;
	const struct gateway *redirect = &explanation->redirect;
	struct view view = session_view(session);

	put_packet(writer, snapshot, &explanation->connection);
	put_rewriting(writer, &explanation->connection, &view);
	put_steps(writer, snapshot, &explanation->connection.trace, &view);
	put_result(writer, snapshot, &explanation->connection.trace, "result");
	put_translation(writer, explanation);
	if (explanation->connection.answered)
		put_result(writer, snapshot, &explanation->connection.reply, "reply");
	if (!explanation->asked)
		return;
	writer_object_open(writer, LABEL("kernel"));
	writer_literal(writer, LABEL("agrees"), explanation->agrees ? "true" : "false", NULL);
	if (!explanation->agrees)
		writer_string(writer, LABEL("reason"), TINT_NONE, explanation->disagreement);
	if (redirect->given)
		put_address(writer, "redirected", redirect->family, redirect->bytes);
	writer_object_close(writer);
}
