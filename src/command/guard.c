/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the guarded connection through the kernel as it is and as a transaction would leave
 * it. */
#include "command/guard.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "change/outcome.h"
#include "change/table_allocation.h"
#include "command/guarded.h"
#include "command/reason.h"
#include "lookup/decision.h"
#include "model/rule.h"
#include "netlink/dump.h"
#include "netlink/message.h"

enum { TYPES_OF_SERVICE = 5 };

struct guard {
	struct session *session;
	struct transaction *transaction;
	struct guarded guarded;
	struct snapshot *snapshot; /* of the kernel, then of the outcome */
	struct packet packet;      /* of the guarded connection, with everything known about it */
	struct trace before;       /* the trace of its replies */
	bool concerned, by_tos;    /* the changes may concern it; some select by type of service */
	struct buffer path;        /* the trace in words */
};

/* ---- whether changes may concern the connection ---- */

static bool holds(const struct prefix *prefix, const struct address *address)
{
	struct prefix host = {
		.family = address->family,
		.length = address->family == AF_INET6 ? 128 : 32,
	};

	memcpy(host.bytes, address->bytes, sizeof host.bytes);
	return !prefix->length || !address->given || prefix_holds(prefix, &host);
}

/* Returns true if a rule may match the packets of one of the directions. */
static bool rule_concerns(const struct rule *rule, const struct packet *packet)
{
	const struct address *peer = &packet->source;
	const struct address *local = &packet->destination;

	if (rule->invert.given)
		return true;
	if (rule->ip_protocol.given && rule->ip_protocol.value != packet->transport.value)
		return false;
	return (holds(&rule->source, peer) && holds(&rule->destination, local)) ||
	       (holds(&rule->source, local) && holds(&rule->destination, peer));
}

static void look_at_rule(struct guard *guard, const struct nlmsghdr *message, struct arena *arena)
{
	struct rule rule = {0};

	fields_decode(&rule_object, message, arena, &rule);
	if (!rule_concerns(&rule, &guard->guarded.packet))
		return;
	guard->concerned = true;
	guard->by_tos |= rule.tos.given || rule.dscp.given;
}

static void look_at_route(struct guard *guard, const struct nlmsghdr *message)
{
	const struct packet *packet = &guard->guarded.packet;
	const struct rtmsg *header = NLMSG_DATA(message);

	/* Only a rule of the same transaction looks up a class that the transaction has chosen. */
	if (table_allocation_class(guard->transaction, message) ||
		(packet->destination.given && !dump_route_holds(message, packet->source.bytes) &&
			!dump_route_holds(message, packet->destination.bytes)))
		return;
	guard->concerned = true;
	guard->by_tos |= header->rtm_tos != 0;
}

static bool concerns(struct guard *guard)
{
	const struct vector *changes = &guard->transaction->changes;
	struct arena arena = {0};

	for (size_t i = 0; i < changes->count; i++) {
		const struct nlmsghdr *message =
			change_message(guard->transaction, vector_at(changes, i));

		if (message_family(message) != guard->guarded.packet.family)
			continue;
		if (message_object(message) == &rule_object)
			look_at_rule(guard, message, &arena);
		else
			look_at_route(guard, message);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return guard->concerned;
}

/* ---- the path ---- */

/* Returns true for an address of this network namespace. Otherwise the connection ends
 * elsewhere. */
static bool is_ours(const struct snapshot *snapshot, const struct address *address)
{
	const struct vector *addresses = snapshot_addresses(snapshot);

	for (size_t i = 0; i < addresses->count; i++) {
		const struct snapshot_address *ours = vector_at(addresses, i);

		if (ours->local.family == address->family &&
			!memcmp(ours->local.bytes, address->bytes, sizeof address->bytes))
			return true;
	}
	return false;
}

static struct packet reply_of(const struct packet *packet)
{
	struct packet reply = *packet;

	reply.source = packet->destination;
	reply.destination = packet->source;
	reply.source_port = packet->destination_port;
	reply.destination_port = packet->source_port;
	reply.input.given = false;
	return reply;
}

/* Writes the rule and the route of its class that decide. */
static void say_decision(const struct guard *guard, const struct trace *trace, struct buffer *out)
{
	struct view view = session_view(guard->session);
	const struct rule *rule = trace->outcome.rule;

	view.family = AF_UNSPEC;
	if (!rule)
		return;
	buffer_format(out, " by rule %u (", rule->preference.value);
	reason_rule(out, rule, &view);
	buffer_char(out, ')');
	if (!trace->outcome.node)
		return;
	buffer_string(out, " and its route ");
	reason_node(out, trace->outcome.node, &view);
}

/* Fills in what the words don't give, from the present path of the replies. Sets *found to false if
 * there is none: then nothing can be cut. Returns false with the error on failure. */
static bool begin(struct guard *guard, bool *found, struct error *error)
{
	struct packet *packet = &guard->packet;
	struct packet reply;

	*found = false;
	*packet = guard->guarded.packet;
	if (packet->destination.given && !is_ours(guard->snapshot, &packet->destination))
		return true;
	reply = reply_of(packet);
	if (lookup_packet(guard->snapshot, &reply, &guard->session->arena, &guard->before, error))
		return false;
	if (guard->before.outcome.number || guard->before.outcome.type != RTN_UNICAST ||
		!guard->before.outcome.hop_count)
		return true;
	if (!packet->destination.given)
		packet->destination = guard->before.outcome.hops[0].source;
	packet->input = (struct device){true, guard->before.outcome.hops[0].device};
	reason_hops(&guard->path, guard->snapshot, guard->before.outcome.hops,
		guard->before.outcome.hop_count);
	say_decision(guard, &guard->before, &guard->path);
	*found = packet->destination.given;
	return true;
}

static bool same_hop(const struct hop *a, const struct hop *b)
{
	return a->device == b->device && a->gateway.given == b->gateway.given &&
	       (!a->gateway.given ||
		       !memcmp(a->gateway.bytes, b->gateway.bytes, sizeof a->gateway.bytes));
}

/* Returns true if the replies can still leave, and only by hops that they may take now. */
static bool keeps_path(const struct outcome *before, const struct outcome *after)
{
	if (after->number)
		return false;
	for (size_t i = 0; i < after->hop_count; i++) {
		bool known = false;

		for (size_t j = 0; j < before->hop_count && !known; j++)
			known = same_hop(&after->hops[i], &before->hops[j]);
		if (!known)
			return false;
	}
	return after->hop_count != 0;
}

static void say_host(struct buffer *out, const struct address *address, const struct number *port)
{
	bool brackets = port->given && address->family == AF_INET6;

	buffer_string(out, brackets ? "[" : "");
	reason_address(out, address->family, address->bytes);
	buffer_string(out, brackets ? "]" : "");
	if (port->given)
		buffer_format(out, ":%u", port->value);
}

/* `in`: its packets would no longer arrive; otherwise its replies would no longer leave as now. */
static int refuse(struct guard *guard, const struct trace *after, bool in, struct error *error)
{
	struct buffer text = {0};

	say_host(&text, &guard->packet.source, &guard->packet.source_port);
	error_set(error, STATUS_GUARDED,
		"this would cut the connection from %s; nothing was changed", buffer_text(&text));
	buffer_reset(&text);
	if (after->outcome.number) {
		buffer_string(&text, "be dropped: ");
		reason_cause(&text, guard->snapshot, after);
	} else if (in) {
		buffer_string(&text, "not be delivered to this host");
	} else {
		buffer_string(&text, "leave by ");
		reason_hops(&text, guard->snapshot, after->outcome.hops, after->outcome.hop_count);
	}
	if (after->outcome.rule)
		say_decision(guard, after, &text);
	error_hint(error,
		"its replies leave by %s;\n    %s would %s\n    -confirm SECONDS undoes the change "
		"unless it is confirmed; -force makes it all the same",
		buffer_text(&guard->path), in ? "its packets" : "they", buffer_text(&text));
	buffer_free(&text);
	return -1;
}

/* ---- before and after ---- */

/* The paths of the connection with one type of service, in the present kernel. */
struct paths {
	struct trace in, reply;
};

static int follow(struct guard *guard, uint8_t tos, struct paths *paths, struct error *error)
{
	struct arena *arena = &guard->session->arena;
	struct packet in = guard->packet;
	struct packet reply;

	*paths = (struct paths){0};
	in.tos = (struct byte){tos != 0, tos};
	reply = reply_of(&in);
	return lookup_packet(guard->snapshot, &in, arena, &paths->in, error) ||
	                       lookup_packet(guard->snapshot, &reply, arena, &paths->reply, error)
	               ? -1
	               : 0;
}

static bool arrives(const struct trace *in)
{
	return !in->outcome.number && in->outcome.type == RTN_LOCAL;
}

static int compare(struct guard *guard, const struct paths *before, const struct paths *after,
	struct error *error)
{
	if (arrives(&before->in) && !arrives(&after->in))
		return refuse(guard, &after->in, true, error);
	if (!before->reply.outcome.number &&
		!keeps_path(&before->reply.outcome, &after->reply.outcome))
		return refuse(guard, &after->reply, false, error);
	return 0;
}

/* The values that ssh sends: 0, the old lowdelay and throughput, AF21 and CS1. */
static const uint8_t services[TYPES_OF_SERVICE] = {0, 0x10, 0x08, 0x48, 0x20};

static int judge(struct guard *guard, struct error *error)
{
	int count = guard->by_tos ? TYPES_OF_SERVICE : 1;
	struct paths before[TYPES_OF_SERVICE] = {0};
	struct paths after[TYPES_OF_SERVICE] = {0};
	int status = 0;

	for (int i = 0; i < count && !status; i++)
		status = follow(guard, services[i], &before[i], error);
	if (!status)
		outcome_apply(guard->transaction, guard->snapshot);
	for (int i = 0; i < count && !status; i++) {
		status = follow(guard, services[i], &after[i], error);
		if (!status)
			status = compare(guard, &before[i], &after[i], error);
	}
	for (int i = 0; i < TYPES_OF_SERVICE; i++) {
		trace_free(&before[i].in);
		trace_free(&before[i].reply);
		trace_free(&after[i].in);
		trace_free(&after[i].reply);
	}
	return status;
}

static int check(struct guard *guard, struct error *error)
{
	bool found;
	int status;

	guard->snapshot = snapshot_of_kernel(guard->session->netlink, error);
	if (!guard->snapshot)
		return -1;
	status = begin(guard, &found, error) ? 0 : -1;
	if (!status && found)
		status = judge(guard, error);
	trace_free(&guard->before);
	buffer_free(&guard->path);
	snapshot_free(guard->snapshot);
	return status;
}

int guard_check(struct session *session, struct transaction *transaction, struct error *error)
{
	struct guard guard = {.session = session, .transaction = transaction};
	const char *words = session->options.guard;

	if (session->options.force || !transaction->changes.count)
		return 0;
	if (words ? !guarded_read(words, &guard.guarded) : !guarded_find(&guard.guarded))
		return 0;
	return concerns(&guard) ? check(&guard, error) : 0;
}
