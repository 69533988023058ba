/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up an IPv6 packet in both directions (net/ipv6/route.c). The kernel does not check its
 * source. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "lookup/decision.h"
#include "lookup/scan.h"

/* Packets for this host use the loopback device, or their VRF (ip6_rt_get_dev_rcu()). */
static void deliver(const struct snapshot *snapshot, struct trace *trace)
{
	for (size_t i = 0; i < trace->outcome.hop_count; i++) {
		struct hop *hop = &trace->outcome.hops[i];
		uint32_t vrf = device_vrf(snapshot, hop->device);

		hop->device = vrf ? vrf : DEVICE_LOOPBACK;
	}
}

static bool is_for_this_host(const struct outcome *outcome)
{
	return outcome->type == RTN_LOCAL || outcome->type == RTN_ANYCAST;
}

/* Without `forwarding`, ip6_forward() in net/ipv6/ip6_output.c drops the packet after the lookup,
 * without an ICMPv6 error. */
static void forward(const struct snapshot *snapshot, struct trace *trace)
{
	if (!snapshot_switches(snapshot, AF_INET6, trace->flow.input).forwarding &&
		trace->outcome.type == RTN_UNICAST) {
		trace->outcome.number = EHOSTUNREACH;
		trace->outcome.cause = CAUSE_NOT_FORWARDING;
	}
}

int lookup_ipv6(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error)
{
	if (rules_scan(snapshot, trace, arena, error))
		return -1;
	if (trace->outcome.number)
		return 0;
	if (is_for_this_host(&trace->outcome))
		deliver(snapshot, trace);
	else if (trace->flow.input != DEVICE_LOOPBACK)
		forward(snapshot, trace);
	return 0;
}
