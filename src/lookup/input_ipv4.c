/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up an IPv4 packet that came in (ip_route_input_slow() in net/ipv4/route.c) and checks its
 * source (__fib_validate_source() in net/ipv4/fib_frontend.c). */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "lookup/ipv4_address.h"
#include "lookup/decision.h"
#include "lookup/scan.h"

static void drop(struct trace *trace, int number, enum drop_cause cause)
{
	trace->outcome.number = number;
	trace->outcome.cause = cause;
}

/* Returns the flow of a reply: addresses and ports swapped, coming in by the device `by` (0: sent
 * by this host). */
static struct flow reverse_flow(const struct flow *flow, uint32_t by, bool marked, bool broadcast)
{
	struct flow reverse = *flow;

	memcpy(reverse.destination, flow->source, sizeof reverse.destination);
	memcpy(reverse.source, flow->destination, sizeof reverse.source);
	if (broadcast)
		memset(reverse.source, 0, sizeof reverse.source);
	reverse.input = by ? by : DEVICE_LOOPBACK;
	reverse.output = 0;
	reverse.mark = marked ? flow->mark : 0;
	reverse.tunnel = 0;
	reverse.source_port = flow->destination_port;
	reverse.destination_port = flow->source_port;
	return reverse;
}

static bool uses_device(struct snapshot *snapshot, const struct trace *reverse, uint32_t device)
{
	struct hop hops[HOPS_MAX];
	size_t count = node_hops(snapshot, reverse->outcome.node, hops, HOPS_MAX);

	for (size_t i = 0; i < count; i++)
		if (hops[i].device == device || device_vrf(snapshot, hops[i].device) == device)
			return true;
	return reverse->outcome.type == RTN_LOCAL && device == DEVICE_LOOPBACK;
}

static bool has_address(const struct snapshot *snapshot, uint32_t device)
{
	const struct vector *all = snapshot_addresses(snapshot);

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);

		if (address->device == device && address->local.family == AF_INET)
			return true;
	}
	return false;
}

/* Returns CAUSE_NONE if the source is valid. */
static enum drop_cause check_reverse_path(struct snapshot *snapshot, const struct trace *reverse,
	uint32_t device, const struct snapshot_switches *switches)
{
	uint8_t filter = switches->rp_filter;

	if (reverse->outcome.number)
		return filter ? CAUSE_NO_REVERSE_ROUTE : CAUSE_NONE;
	if (reverse->outcome.type == RTN_LOCAL && !switches->accept_local)
		return CAUSE_SOURCE_LOCAL;
	if (reverse->outcome.type != RTN_LOCAL && reverse->outcome.type != RTN_UNICAST)
		return CAUSE_SOURCE_NOT_UNICAST;
	if (uses_device(snapshot, reverse, device))
		return CAUSE_NONE;
	if (!has_address(snapshot, device))
		return filter ? CAUSE_REVERSE_OTHER_DEVICE : CAUSE_NONE;
	return filter == 1 ? CAUSE_REVERSE_OTHER_DEVICE : CAUSE_NONE;
}

/* If a rule has a realm, fib_validate_source() always makes the lookup. */
static bool has_realms(const struct snapshot *snapshot)
{
	const struct vector *rules = snapshot_rules(snapshot, AF_INET);

	for (size_t i = 0; i < rules->count; i++)
		if (((const struct rule *)vector_at(rules, i))->realm.value)
			return true;
	return false;
}

/*
 * Checks the source of a packet that would leave by the device `by` (0: it is for this host). If
 * rules were added, the kernel makes the lookup even if rp_filter is 0 (fib_validate_source()),
 * unless accept_local allows every source.
 */
static int validate_source(struct snapshot *snapshot, struct trace *trace, uint32_t by,
	bool broadcast, struct arena *arena, enum drop_cause *cause, struct error *error)
{
	uint32_t device = trace->flow.input;
	struct snapshot_switches switches = snapshot_switches(snapshot, AF_INET, device);
	struct trace *reverse;

	*cause = CAUSE_NONE;
	if (!switches.rp_filter && switches.accept_local && by != device && !has_realms(snapshot))
		return 0;
	reverse = arena_get(arena, sizeof *reverse);
	reverse->reverse = trace->reverse;
	trace->reverse = reverse;
	trace->rp_filter = switches.rp_filter;
	reverse->flow = reverse_flow(&trace->flow, by, switches.src_valid_mark, broadcast);
	reverse->flow.vrf = device_vrf(snapshot, device);
	if (rules_scan(snapshot, reverse, arena, error))
		return -1;
	*cause = check_reverse_path(snapshot, reverse, device, &switches);
	return 0;
}

/* Finds martians that are dropped before the lookup. */
static enum drop_cause find_martian(
	const struct flow *flow, const struct snapshot_switches *switches)
{
	const uint8_t *from = flow->source;
	const uint8_t *to = flow->destination;

	if (ipv4_is_multicast(from) || ipv4_is_broadcast(from))
		return CAUSE_MARTIAN_SOURCE;
	if (ipv4_is_broadcast(to) || (ipv4_is_zero(from) && ipv4_is_zero(to)))
		return CAUSE_NONE;
	if (ipv4_is_zero(from) && !ipv4_is_local_multicast(to))
		return CAUSE_MARTIAN_SOURCE;
	if (ipv4_is_zero(to))
		return CAUSE_MARTIAN_DESTINATION;
	if ((ipv4_is_loopback(from) || ipv4_is_loopback(to)) && !switches->route_localnet)
		return CAUSE_LOOPBACK;
	return CAUSE_NONE;
}

/* A snapshot lacks the groups that programs have joined. Every device is in 224.0.0.1. */
static bool is_joined(const struct snapshot *snapshot, const struct flow *flow)
{
	static const uint8_t all_hosts[] = {224, 0, 0, 1};
	const struct snapshot_device *device = snapshot_device(snapshot, flow->input);

	return device && device->flags & IFF_UP && device->flags & IFF_MULTICAST &&
	       !memcmp(flow->destination, all_hosts, sizeof all_hosts);
}

/* Delivers the packet to this host. */
static void deliver(
	const struct snapshot *snapshot, struct trace *trace, struct arena *arena, uint8_t type)
{
	uint32_t vrf = device_vrf(snapshot, trace->flow.input);
	struct hop hop = {.device = vrf ? vrf : DEVICE_LOOPBACK, .weight = 1};

	trace->outcome.type = type;
	trace->outcome.hops = arena_copy(arena, &hop, sizeof hop);
	trace->outcome.hop_count = 1;
}

/* Accepts a broadcast, or a multicast packet to a group that this host has joined. */
static int accept_non_unicast(struct snapshot *snapshot, struct trace *trace, uint8_t type,
	struct arena *arena, struct error *error)
{
	enum drop_cause cause = CAUSE_NONE;

	if (!ipv4_is_zero(trace->flow.source) &&
		validate_source(snapshot, trace, 0, true, arena, &cause, error))
		return -1;
	if (cause)
		drop(trace, EINVAL, cause);
	else
		deliver(snapshot, trace, arena, type);
	return 0;
}

static int accept_local(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	enum drop_cause cause;

	if (validate_source(snapshot, trace, 0, false, arena, &cause, error))
		return -1;
	if (cause)
		drop(trace, EINVAL, cause);
	else
		deliver(snapshot, trace, arena, RTN_LOCAL);
	return 0;
}

/*
 * Removes the hops for which the check of the source fails. The reverse lookup has the output
 * device as its input device, so that rules with `iif` may give each hop another result.
 */
static int check_hops(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	struct outcome *outcome = &trace->outcome;
	enum drop_cause first = CAUSE_NONE;
	size_t kept = 0;

	for (size_t i = 0; i < outcome->hop_count; i++) {
		enum drop_cause cause;

		if (validate_source(
			    snapshot, trace, outcome->hops[i].device, false, arena, &cause, error))
			return -1;
		if (cause && !first)
			first = cause;
		if (cause)
			continue;
		outcome->hops[kept++] = outcome->hops[i];
	}
	if (!kept) {
		drop(trace, EINVAL, first);
		return 0;
	}
	trace->ambiguous |= kept < outcome->hop_count;
	outcome->hop_count = kept;
	return 0;
}

static int forward(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	if (trace->outcome.type == RTN_UNICAST)
		return check_hops(snapshot, trace, arena, error);
	drop(trace, EINVAL, CAUSE_MARTIAN_DESTINATION);
	return 0;
}

int lookup_input_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	struct flow *flow = &trace->flow;
	struct snapshot_switches switches = snapshot_switches(snapshot, AF_INET, flow->input);
	enum drop_cause martian = find_martian(flow, &switches);

	if (ipv4_is_multicast(flow->destination) && !is_joined(snapshot, flow))
		martian = CAUSE_NOT_JOINED;
	if (martian) {
		drop(trace, EINVAL, martian);
		return 0;
	}
	if (ipv4_is_multicast(flow->destination))
		return accept_non_unicast(snapshot, trace, RTN_MULTICAST, arena, error);
	if (ipv4_is_broadcast(flow->destination) || ipv4_is_zero(flow->destination))
		return accept_non_unicast(snapshot, trace, RTN_BROADCAST, arena, error);
	if (rules_scan(snapshot, trace, arena, error))
		return -1;
	if (!trace->outcome.number && trace->outcome.type == RTN_BROADCAST)
		return accept_non_unicast(snapshot, trace, RTN_BROADCAST, arena, error);
	if (!trace->outcome.number && trace->outcome.type == RTN_LOCAL)
		return accept_local(snapshot, trace, arena, error);
	if (!switches.forwarding) {
		drop(trace, EHOSTUNREACH, CAUSE_NOT_FORWARDING);
		return 0;
	}
	return trace->outcome.number ? 0 : forward(snapshot, trace, arena, error);
}
