/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows a packet, then the reply to it. */
#include "lookup/connection.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "kind/net_map.h"
#include "lookup/decision.h"
#include "lookup/source.h"

static struct address masquerade_source(
	struct snapshot *snapshot, const struct hop *hop, const struct packet *packet)
{
	if (packet->family == AF_INET6)
		return source_ipv6(
			snapshot, &(struct hop){.device = hop->device}, packet->destination.bytes);
	/* rt_nexthop(): without an IPv4 gateway, the destination. */
	return source_of_device(snapshot, hop->device,
		hop->gateway.given && hop->gateway.family == AF_INET ? hop->gateway.bytes
								     : packet->destination.bytes,
		RT_SCOPE_UNIVERSE);
}

static bool is_hairpin(const struct connection *connection)
{
	const struct packet *packet = &connection->packet;

	return connection->rewriting.given && connection->rewriting.by.service.given &&
	       packet->input.given && packet->input.index != DEVICE_LOOPBACK &&
	       packet->input.index == connection->trace.outcome.hops[0].device;
}

static struct address translated_source(
	struct snapshot *snapshot, const struct connection *connection)
{
	const struct packet *packet = &connection->packet;
	const struct rule *rule = connection->trace.outcome.rule;
	const struct hop *hop = connection->trace.outcome.hops;

	if (connection->hairpin)
		return masquerade_source(snapshot, hop, packet);
	if (rule && rule->nat.given && packet->source.given) {
		struct address mapped = packet->source;

		net_map(&rule->source, &rule->nat, mapped.bytes);
		return mapped;
	}
	if (!rule || !rule->masquerade.given)
		return (struct address){.given = false};
	if (rule->masquerade.family) {
		struct address as = {.given = true, .family = rule->masquerade.family};

		memcpy(as.bytes, rule->masquerade.first, sizeof as.bytes);
		return as;
	}
	return masquerade_source(snapshot, hop, packet);
}

/* Returns the mark that a rule with `reply` gives to replies to packets from this input device. */
static struct number mark_of_reply(const struct snapshot *snapshot, const struct packet *packet)
{
	const struct vector *rules = snapshot_rules(snapshot, packet->family);
	const struct snapshot_device *device =
		packet->input.given ? snapshot_device(snapshot, packet->input.index) : NULL;

	for (size_t i = 0; device && i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->reply.given && !strcmp(rule->reply.device, device->name))
			return (struct number){true, rule->mark.value};
	}
	return (struct number){.given = false};
}

/* Swaps addresses and ports; clears everything that is valid for one direction only. */
static struct packet reverse(const struct snapshot *snapshot, const struct packet *packet)
{
	struct packet reply = *packet;

	reply.source = packet->destination;
	reply.destination = packet->source;
	reply.source_port = packet->destination_port;
	reply.destination_port = packet->source_port;
	reply.input.given = reply.output.given = reply.vrf.given = false;
	reply.mark = mark_of_reply(snapshot, packet);
	reply.uid = (struct number){.given = false};
	return reply;
}

static int follow_reply_in(struct snapshot *snapshot, struct arena *arena,
	struct connection *connection, struct error *error)
{
	const struct hop *hop = connection->trace.outcome.hops;
	struct packet reply = reverse(snapshot, &connection->packet);

	if (!reply.destination.given)
		reply.destination = hop->source;
	if (!reply.destination.given)
		return 0;
	reply.input = (struct device){true, hop->device};
	connection->answered = true;
	connection->hairpin = is_hairpin(connection);
	connection->translated = translated_source(snapshot, connection);
	if (connection->translated.given) {
		if (lookup_packet(snapshot, &reply, arena, &connection->onward, error))
			return -1;
		reply.destination = connection->translated;
	}
	return lookup_packet(snapshot, &reply, arena, &connection->reply, error);
}

static int follow_reply_out(struct snapshot *snapshot, struct arena *arena,
	struct connection *connection, struct error *error)
{
	struct packet reply = reverse(snapshot, &connection->packet);

	if (!reply.destination.given || !connection->packet.input.given)
		return 0;
	connection->answered = true;
	/* A socket looks up the route first; nftables marks the packet in the output hook, and the
	 * kernel looks up again (ip_route_me_harder()). */
	if (reply.mark.given) {
		struct packet plain = reply;

		plain.mark = (struct number){.given = false};
		if (lookup_packet(snapshot, &plain, arena, &connection->reply, error))
			return -1;
		connection->unmarked = connection->reply.outcome.number;
		if (connection->unmarked)
			return 0;
		trace_free(&connection->reply);
	}
	return lookup_packet(snapshot, &reply, arena, &connection->reply, error);
}

int connection_follow(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct connection *connection, struct error *error)
{
	const struct outcome *outcome = &connection->trace.outcome;

	*connection = (struct connection){.packet = *packet};
	if (packet_rewrite(snapshot, &connection->packet, &connection->rewriting, error) ||
		lookup_packet(snapshot, &connection->packet, arena, &connection->trace, error))
		return -1;
	if (outcome->number)
		return 0;
	if (outcome->type == RTN_LOCAL)
		return follow_reply_out(snapshot, arena, connection, error);
	if (outcome->type == RTN_UNICAST && outcome->hop_count == 1)
		return follow_reply_in(snapshot, arena, connection, error);
	return 0;
}

void connection_free(struct connection *connection)
{
	trace_free(&connection->trace);
	trace_free(&connection->reply);
	trace_free(&connection->onward);
}

struct packet connection_received(const struct connection *connection)
{
	struct packet received = connection->packet;

	if (connection->rewriting.given) {
		received.destination = connection->rewriting.destination;
		received.destination_port = connection->rewriting.port;
	}
	return received;
}

const struct trace *connection_reply_end(const struct connection *connection)
{
	return connection->translated.given && !connection->reply.outcome.number
	               ? &connection->onward
	               : &connection->reply;
}
