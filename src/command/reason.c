/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes sentences about the steps of a lookup. */
#include "command/reason.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "field/walk.h"
#include "kind/address.h"

void reason_address(struct buffer *out, uint8_t family, const uint8_t *bytes)
{
	char text[ADDRESS_TEXT_MAX];

	address_text(family, bytes, text);
	buffer_string(out, text);
}

const char *reason_device(const struct snapshot *snapshot, uint32_t index)
{
	const struct snapshot_device *device = snapshot_device(snapshot, index);

	return device ? device->name : "a device that is gone";
}

void reason_hops(
	struct buffer *out, const struct snapshot *snapshot, const struct hop *hops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct hop *hop = &hops[i];

		buffer_string(out, i ? " or " : "");
		if (hop->gateway.given) {
			buffer_string(out, "gw ");
			reason_address(out, hop->gateway.family, hop->gateway.bytes);
			buffer_char(out, ' ');
		}
		buffer_format(out, "dev %s", reason_device(snapshot, hop->device));
	}
}

void reason_rule(struct buffer *out, const struct rule *rule, const struct view *view)
{
	struct rule shown = *rule;

	shown.preference.given = false;
	fields_line(out, &rule_object, &shown, view, "", false);
}

void reason_node(struct buffer *out, const struct route *node, const struct view *view)
{
	struct route shown = *node;

	if (!view->details) {
		shown.class.given = false;
		shown.protocol.given = false;
		shown.scope.given = false;
		shown.preference.given = false;
	}
	fields_line(out, &route_object, &shown, view, "", false);
}

static void say_mark(struct buffer *out, const struct flow *flow)
{
	if (flow->mark)
		buffer_format(out, "its mark is %#x", flow->mark);
	else
		buffer_string(out, "the packet has no mark");
}

static void say_input(struct buffer *out, const struct snapshot *snapshot, const struct flow *flow)
{
	if (flow->input == DEVICE_LOOPBACK)
		buffer_string(out, "the packet is this host's own");
	else
		buffer_format(
			out, "the packet came in by %s", reason_device(snapshot, flow->input));
}

static void say_output(struct buffer *out, const struct snapshot *snapshot, const struct flow *flow)
{
	if (flow->output)
		buffer_format(
			out, "the packet is bound to %s", reason_device(snapshot, flow->output));
	else
		buffer_string(out, "the packet is bound to no device");
}

static void say_outside(struct buffer *out, const uint8_t *address, const struct prefix *prefix)
{
	static const uint8_t unspecified[16];
	char text[PREFIX_TEXT_MAX];

	if (!memcmp(address, unspecified, sizeof unspecified)) {
		buffer_string(out, "the packet has no source address yet");
		return;
	}
	prefix_text(prefix, text);
	reason_address(out, prefix->family, address);
	buffer_format(out, " is not in %s", text);
}

static void say_unmatched(
	struct buffer *out, const struct flow *flow, const struct rule *rule, enum match match)
{
	switch (match) {
	case MATCH_NOT_MARK:
		if (rule->reply.given)
			buffer_format(out,
				"it is not a reply to a connection that came in by %s "
				"(mark %#x/%#x)",
				rule->reply.device, rule->mark.value, rule->mark.mask);
		else
			say_mark(out, flow);
		break;
	case MATCH_NOT_TUNNEL:
		buffer_string(out, "the packet came through no tunnel with this id");
		break;
	case MATCH_NO_VRF:
		buffer_string(out, "the packet is in no VRF");
		break;
	case MATCH_NOT_USER:
		buffer_format(out, "its user is %u", flow->user);
		break;
	case MATCH_NOT_SOURCE:
	case MATCH_SOURCE_UNKNOWN:
		say_outside(out, flow->source, &rule->source);
		break;
	case MATCH_NOT_DESTINATION:
		say_outside(out, flow->destination, &rule->destination);
		break;
	case MATCH_NOT_TOS:
		buffer_format(out, "its tos is %#x", flow->tos);
		break;
	case MATCH_NOT_DSCP:
		buffer_format(out, "its dscp is %u", flow->tos >> 2);
		break;
	case MATCH_NOT_FLOW_LABEL:
		buffer_format(out, "its flow label is %#x", flow->flow_label);
		break;
	case MATCH_NOT_PROTOCOL:
		buffer_format(out, "its IP protocol is %u", flow->protocol);
		break;
	case MATCH_NOT_SOURCE_PORT:
		buffer_format(out, "its source port is %u", flow->source_port);
		break;
	case MATCH_NOT_DESTINATION_PORT:
		buffer_format(out, "its destination port is %u", flow->destination_port);
		break;
	default:
		break;
	}
}

static void say_mismatch(struct buffer *out, const struct snapshot *snapshot,
	const struct trace *trace, const struct trace_step *step)
{
	switch (step->match) {
	case MATCH_INVERTED:
		buffer_string(out, "the packet has all that follows \"not\"");
		break;
	case MATCH_INPUT_DETACHED:
		buffer_format(out, "there is no device %s", step->rule->input.name);
		break;
	case MATCH_OUTPUT_DETACHED:
		buffer_format(out, "there is no device %s", step->rule->output.name);
		break;
	case MATCH_NOT_INPUT:
		say_input(out, snapshot, &trace->flow);
		break;
	case MATCH_NOT_OUTPUT:
		say_output(out, snapshot, &trace->flow);
		break;
	default:
		say_unmatched(out, &trace->flow, step->rule, step->match);
	}
}

static void say_node(struct buffer *out, const char *before, const struct trace_step *step,
	const char *behind, const struct view *view)
{
	buffer_string(out, before);
	reason_node(out, step->node, view);
	buffer_string(out, behind);
}

void reason_step(struct buffer *out, const struct snapshot *snapshot, const struct trace *trace,
	const struct trace_step *step, const struct view *view)
{
	switch (step->verdict) {
	case VERDICT_SKIPPED:
		say_mismatch(out, snapshot, trace, step);
		break;
	case VERDICT_NOTHING:
		buffer_string(out, "matches: does nothing");
		break;
	case VERDICT_JUMPED:
		buffer_format(out, "matches: goes on at %u", step->rule->target.value);
		break;
	case VERDICT_UNRESOLVED:
		buffer_format(
			out, "matches: there is no rule %u to go to", step->rule->target.value);
		break;
	case VERDICT_NO_ROUTE:
		buffer_string(out, "no route");
		break;
	case VERDICT_THROWN:
		say_node(out, "matches: ", step, "", view);
		break;
	case VERDICT_SUPPRESSED_LENGTH:
		say_node(out, "suppressed by its length: ", step, "", view);
		break;
	case VERDICT_SUPPRESSED_GROUP:
		say_node(out, "suppressed by the group of its device: ", step, "", view);
		break;
	case VERDICT_ROUTED:
		say_node(out, "matches: ", step, "", view);
		break;
	case VERDICT_REFUSED:
		if (step->node)
			say_node(out, "matches: ", step, "", view);
		else
			buffer_string(out, "matches");
		break;
	}
}

const char *verdict_word(const struct trace_step *step)
{
	switch (step->verdict) {
	case VERDICT_SKIPPED:
		return "skipped";
	case VERDICT_NOTHING:
		return "nop";
	case VERDICT_JUMPED:
		return "goto";
	case VERDICT_UNRESOLVED:
		return "unresolved";
	case VERDICT_NO_ROUTE:
		return "no route";
	case VERDICT_THROWN:
		return "throw";
	case VERDICT_SUPPRESSED_LENGTH:
	case VERDICT_SUPPRESSED_GROUP:
		return "suppressed";
	case VERDICT_ROUTED:
		return "routed";
	case VERDICT_REFUSED:
		return "refused";
	}
	return "";
}

const char *reason_loss(enum node_loss loss)
{
	switch (loss) {
	case LOSS_TOS:
		return "for another tos";
	case LOSS_DOWN:
		return "its device is down";
	case LOSS_OUTPUT:
		return "the packet is bound to another device";
	case LOSS_SOURCE:
		return "for other sources";
	case LOSS_HIDDEN:
		return "hidden by the one before";
	case LOSS_LATER:
		return "the one before is better";
	case LOSS_NONE:
		break;
	}
	return "";
}
