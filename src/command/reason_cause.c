/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes sentences about packets that go no further. */
#include <errno.h>
#include <sys/socket.h>

#include "command/reason.h"

static void say_address(
	struct buffer *out, const struct flow *flow, const uint8_t *address, const char *behind)
{
	reason_address(out, flow->family, address);
	buffer_string(out, behind);
}

static void say_reverse_device(struct buffer *out, const struct snapshot *snapshot,
	const struct trace *trace, const char *device)
{
	const struct outcome *reverse = &trace->reverse->outcome;

	buffer_format(out, "rp_filter %u of %s: the route back to ", trace->rp_filter, device);
	reason_address(out, trace->flow.family, trace->flow.source);
	if (reverse->hop_count)
		buffer_format(out, " uses %s", reason_device(snapshot, reverse->hops[0].device));
	else
		buffer_string(out, " does not exist");
}

/* For packets that came in. */
static void say_input_cause(
	struct buffer *out, const struct snapshot *snapshot, const struct trace *trace)
{
	const struct flow *flow = &trace->flow;
	const char *device = reason_device(snapshot, flow->input);

	switch (trace->outcome.cause) {
	case CAUSE_MARTIAN_SOURCE:
		say_address(out, flow, flow->source, " is not a valid source address");
		break;
	case CAUSE_MARTIAN_DESTINATION:
		say_address(
			out, flow, flow->destination, " is not a valid destination to forward to");
		break;
	case CAUSE_LOOPBACK:
		buffer_format(out,
			"127.0.0.0/8 is not accepted from a device: route_localnet of %s "
			"is off",
			device);
		break;
	case CAUSE_SOURCE_LOCAL:
		say_address(
			out, flow, flow->source, " is an address of this host: accept_local of ");
		buffer_format(out, "%s is off", device);
		break;
	case CAUSE_SOURCE_NOT_UNICAST:
		buffer_string(out, "the route back to ");
		say_address(out, flow, flow->source, " is neither unicast nor local");
		break;
	case CAUSE_NO_REVERSE_ROUTE:
		buffer_format(out, "rp_filter %u of %s: no route leads back to ", trace->rp_filter,
			device);
		say_address(out, flow, flow->source, "");
		break;
	case CAUSE_REVERSE_OTHER_DEVICE:
		say_reverse_device(out, snapshot, trace, device);
		break;
	case CAUSE_NOT_FORWARDING:
		buffer_format(out, "forwarding of %s is off", device);
		break;
	case CAUSE_NOT_JOINED:
		say_address(out, flow, flow->destination,
			" is a multicast group that this host has not joined");
		break;
	default:
		break;
	}
}

void reason_cause(struct buffer *out, const struct snapshot *snapshot, const struct trace *trace)
{
	const struct flow *flow = &trace->flow;

	switch (trace->outcome.cause) {
	case CAUSE_NONE:
		break;
	case CAUSE_RULE:
		buffer_format(out, "rule %u refuses it", trace->outcome.rule->preference.value);
		break;
	case CAUSE_NODE:
		buffer_format(out, "a node of the class of rule %u refuses it",
			trace->outcome.rule->preference.value);
		break;
	case CAUSE_NO_ROUTE:
		buffer_string(out, "no rule leads to a route");
		break;
	case CAUSE_SOURCE_UNUSABLE:
		say_address(out, flow, flow->source, " is not a valid source address");
		break;
	case CAUSE_SOURCE_FOREIGN:
		say_address(out, flow, flow->source,
			" is not an address of this host; give `iif DEV` for an incoming packet");
		break;
	case CAUSE_DEVICE_DOWN:
		buffer_format(out, "%s is down", reason_device(snapshot, flow->output));
		break;
	case CAUSE_LOOPBACK_SOURCE:
		buffer_string(out, "127.0.0.0/8 does not leave this host: route_localnet is off");
		break;
	case CAUSE_DESTINATION_UNUSABLE:
		say_address(out, flow, flow->destination, " is not a valid destination");
		break;
	default:
		say_input_cause(out, snapshot, trace);
	}
}

/* net/ipv4/route.c, ip_error(); net/ipv6/route.c, ip6_pkt_discard() and ip6_pkt_prohibit(). */
static const char *icmp_of(const struct trace *trace)
{
	bool inet = trace->flow.family == AF_INET;

	switch (trace->outcome.number) {
	case ENETUNREACH:
		return inet ? "its sender gets ICMP net unreachable"
		            : "its sender gets ICMPv6 no route";
	case EHOSTUNREACH:
		return inet ? "its sender gets ICMP host unreachable"
		            : "its sender gets ICMPv6 no route";
	case EACCES:
		return inet ? "its sender gets ICMP administratively prohibited"
		            : "its sender gets ICMPv6 administratively prohibited";
	default:
		return "its sender gets no answer";
	}
}

static const char *errno_of(int number)
{
	switch (number) {
	case ENETUNREACH:
		return "the program gets ENETUNREACH";
	case EHOSTUNREACH:
		return "the program gets EHOSTUNREACH";
	case EACCES:
		return "the program gets EACCES";
	case ENODEV:
		return "the program gets ENODEV";
	default:
		return "the program gets EINVAL";
	}
}

const char *reason_for_sender(const struct trace *trace)
{
	if (trace->flow.input == DEVICE_LOOPBACK)
		return errno_of(trace->outcome.number);
	/* A host that does not forward sends no ICMP, whatever the rules decide. */
	if (trace->outcome.cause > CAUSE_NO_ROUTE)
		return "its sender gets no answer";
	return icmp_of(trace);
}
