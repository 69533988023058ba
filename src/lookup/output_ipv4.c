/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up an IPv4 packet that this host sends (ip_route_output_key_hash_rcu() and
 * __mkroute_output() in net/ipv4/route.c). */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "lookup/ipv4_address.h"
#include "lookup/decision.h"
#include "lookup/scan.h"
#include "lookup/source.h"

/* A multicast packet uses the gateway only of a route with a prefix of this length or longer. */
enum { MULTICAST_LENGTH = 4 };

static void refuse(struct trace *trace, int number, enum drop_cause cause)
{
	trace->outcome.number = number;
	trace->outcome.cause = cause;
}

/* Sets the only hop of a packet that no node routes. */
static void set_only_hop(
	struct trace *trace, struct arena *arena, uint32_t device, struct address source)
{
	struct hop hop = {.device = device, .weight = 1, .source = source};

	trace->outcome.hops = arena_copy(arena, &hop, sizeof hop);
	trace->outcome.hop_count = 1;
}

static void set_source(struct trace *trace, const struct address *source)
{
	if (source->given)
		memcpy(trace->flow.source, source->bytes, 4);
}

/* Sets *device to the device that has the address, or to 0. Searches addresses and the class local,
 * as __ip_dev_find() does. Returns 0, or -1 with the error. */
static int find_own_device(struct snapshot *snapshot, const uint8_t *address, struct arena *arena,
	uint32_t *device, struct error *error)
{
	const struct vector *all = snapshot_addresses(snapshot);
	struct flow flow = {.family = AF_INET};
	struct found found;

	*device = 0;
	for (size_t i = 0; !*device && i < all->count; i++) {
		const struct snapshot_address *own = vector_at(all, i);

		if (own->local.family == AF_INET && !memcmp(own->local.bytes, address, 4))
			*device = own->device;
	}
	if (*device)
		return 0;
	memcpy(flow.destination, address, 4);
	if (class_search(snapshot, CLASS_LOCAL, &flow, arena, &found, error))
		return -1;
	if (!found.number && found.type == RTN_LOCAL)
		*device = found.hops[0].device;
	vector_free(&found.candidates);
	return 0;
}

/* A packet with a source of 127.x leaves only by a device with route_localnet. */
static bool may_leave(struct snapshot *snapshot, const struct trace *trace, const struct hop *hop)
{
	const struct snapshot_device *device = snapshot_device(snapshot, hop->device);
	const uint8_t *from = trace->flow.source;

	if (ipv4_is_zero(from))
		from = hop->source.bytes;
	return !ipv4_is_loopback(from) || !device || device->flags & IFF_LOOPBACK ||
	       device->vrf_class ||
	       snapshot_switches(snapshot, AF_INET, hop->device).route_localnet;
}

/* Returns true if the packet is sent to the destination itself, and not to the route's gateway. */
static bool drops_gateway(const struct trace *trace)
{
	const struct outcome *outcome = &trace->outcome;
	const uint8_t *to = trace->flow.destination;

	return ipv4_is_broadcast(to) || outcome->type == RTN_BROADCAST ||
	       (ipv4_is_multicast(to) && outcome->node &&
		       outcome->node->destination.length < MULTICAST_LENGTH);
}

/* Sets the type and the hops of a packet that can be sent. */
static void make_route(struct snapshot *snapshot, struct trace *trace, struct arena *arena)
{
	const uint8_t *to = trace->flow.destination;
	struct outcome *outcome = &trace->outcome;
	size_t kept = 0;

	outcome->hops =
		arena_copy(arena, outcome->hops, outcome->hop_count * sizeof *outcome->hops);
	for (size_t i = 0; i < outcome->hop_count; i++) {
		struct hop hop = outcome->hops[i];

		if (!may_leave(snapshot, trace, &hop))
			continue;
		if (drops_gateway(trace))
			hop.gateway.given = false;
		outcome->hops[kept++] = hop;
	}
	if (!kept) {
		refuse(trace, EINVAL, CAUSE_LOOPBACK_SOURCE);
		return;
	}
	trace->ambiguous |= kept < outcome->hop_count;
	outcome->hop_count = kept;
	if (ipv4_is_broadcast(to))
		outcome->type = RTN_BROADCAST;
	else if (ipv4_is_multicast(to))
		outcome->type = RTN_MULTICAST;
	else if (ipv4_is_zero(to))
		refuse(trace, EINVAL, CAUSE_DESTINATION_UNUSABLE);
}

/* Delivers a packet to this host, by the loopback device or by its VRF. */
static void deliver(struct snapshot *snapshot, struct trace *trace, struct arena *arena)
{
	struct outcome *outcome = &trace->outcome;
	uint32_t vrf = outcome->hop_count ? device_vrf(snapshot, outcome->hops[0].device) : 0;
	struct address source = {.given = true, .family = AF_INET};

	memcpy(source.bytes, trace->flow.destination, 4);
	if (outcome->node && outcome->node->source.given)
		source = outcome->node->source;
	outcome->type = RTN_LOCAL;
	set_only_hop(trace, arena, vrf ? vrf : DEVICE_LOOPBACK, source);
}

/* Handles a packet that is bound to a device. Returns 1 if it is sent by the device without asking
 * the rules, 0 if the rules decide, -1 if it is refused (trace->outcome.number). */
static int bind_device(struct snapshot *snapshot, struct trace *trace, struct arena *arena)
{
	const struct snapshot_device *device = snapshot_device(snapshot, trace->flow.output);
	const uint8_t *to = trace->flow.destination;
	struct address source = {.family = AF_INET};
	bool chosen = !ipv4_is_zero(trace->flow.source);

	if (!device || !(device->flags & IFF_UP)) {
		refuse(trace, device ? ENETUNREACH : ENODEV, CAUSE_DEVICE_DOWN);
		return -1;
	}
	if (ipv4_is_local_multicast(to) || ipv4_is_broadcast(to)) {
		if (!chosen)
			source = source_of_device(snapshot, device->index, NULL, RT_SCOPE_LINK);
		trace->outcome.type = RTN_UNICAST;
		set_only_hop(trace, arena, device->index, source);
		return 1;
	}
	if (!chosen && ipv4_is_multicast(to))
		source = source_of_device(snapshot, device->index, NULL, RT_SCOPE_UNIVERSE);
	else if (!chosen && ipv4_is_zero(to))
		source = source_of_device(snapshot, device->index, NULL, RT_SCOPE_HOST);
	set_source(trace, &source);
	return 0;
}

/* Checks the source of the packet. Returns 1 if it decides the device, 0 if the rules decide, -1 if
 * the packet is refused (trace->outcome.number) or with the error. */
static int check_source(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	const uint8_t *from = trace->flow.source;
	const uint8_t *to = trace->flow.destination;
	struct address none = {.family = AF_INET};
	uint32_t device;

	if (ipv4_is_zero(from))
		return 0;
	if (ipv4_is_multicast(from) || ipv4_is_broadcast(from)) {
		refuse(trace, EINVAL, CAUSE_SOURCE_UNUSABLE);
		return -1;
	}
	if (find_own_device(snapshot, from, arena, &device, error))
		return -1;
	if (!device) {
		refuse(trace, ENETUNREACH, CAUSE_SOURCE_FOREIGN);
		return -1;
	}
	if (trace->flow.output || (!ipv4_is_multicast(to) && !ipv4_is_broadcast(to)))
		return 0;
	trace->outcome.type = RTN_UNICAST;
	set_only_hop(trace, arena, device, none);
	return 1;
}

/* A packet that is bound to a device and that no node routes is sent by the device, as if its
 * destination were on the link. */
static void send_unrouted(struct snapshot *snapshot, struct trace *trace, struct arena *arena)
{
	struct address source = {.family = AF_INET};
	uint32_t device = trace->flow.output;

	if (ipv4_is_zero(trace->flow.source))
		source = source_of_device(snapshot, device, NULL, RT_SCOPE_LINK);
	trace->outcome = (struct outcome){.type = RTN_UNICAST};
	set_only_hop(trace, arena, device, source);
	make_route(snapshot, trace, arena);
}

static int route_packet(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	struct outcome *outcome = &trace->outcome;
	struct flow *flow = &trace->flow;

	if (rules_scan(snapshot, trace, arena, error))
		return -1;
	if (outcome->number && flow->output && (!flow->vrf || ipv4_is_multicast(flow->destination)))
		send_unrouted(snapshot, trace, arena);
	else if (!outcome->number && outcome->type == RTN_LOCAL)
		deliver(snapshot, trace, arena);
	if (!outcome->number && outcome->node)
		make_route(snapshot, trace, arena);
	return 0;
}

static int route_or_deliver(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	if (!ipv4_is_zero(trace->flow.destination))
		return route_packet(snapshot, trace, arena, error);
	/* The kernel sends a packet to 0.0.0.0 to its own source. */
	memcpy(trace->flow.destination, trace->flow.source, 4);
	if (ipv4_is_zero(trace->flow.destination))
		memcpy(trace->flow.destination, (uint8_t[]){127, 0, 0, 1}, 4);
	deliver(snapshot, trace, arena);
	make_route(snapshot, trace, arena);
	return 0;
}

/* Replaces the source of all hops by the one that the packet has or that its device gave it. */
static void keep_source(struct trace *trace)
{
	struct address source = {.given = true, .family = AF_INET};

	if (ipv4_is_zero(trace->flow.source))
		return;
	memcpy(source.bytes, trace->flow.source, 4);
	for (size_t i = 0; i < trace->outcome.hop_count; i++)
		trace->outcome.hops[i].source = source;
}

int lookup_output_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	int decided = check_source(snapshot, trace, arena, error);

	if (!decided && trace->flow.output)
		decided = bind_device(snapshot, trace, arena);
	if (decided < 0)
		return trace->outcome.number ? 0 : -1;
	if (decided)
		make_route(snapshot, trace, arena);
	else if (route_or_deliver(snapshot, trace, arena, error))
		return -1;
	keep_source(trace);
	return 0;
}
