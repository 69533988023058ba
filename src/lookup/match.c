/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the selectors of a rule in the kernel's order. */
#include "lookup/match.h"

#include <sys/socket.h>

/* `tos` of IPv4 rules and routes compares only these bits (IPTOS_RT_MASK in
 * include/uapi/linux/in_route.h); `dscp` compares all six. */
enum { TOS_SEEN = 0x1c, PORT_WHOLE = 0xffff };

static enum match match_devices(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow)
{
	const struct snapshot_device *device;

	if (rule->input.given) {
		device = snapshot_device_named(snapshot, rule->input.name);
		if (rule->input_detached.given || !device)
			return MATCH_INPUT_DETACHED;
		if (device->index != flow->input &&
			!(device->vrf_class && device->index == flow->vrf))
			return MATCH_NOT_INPUT;
	}
	if (rule->output.given) {
		device = snapshot_device_named(snapshot, rule->output.name);
		if (rule->output_detached.given || !device)
			return MATCH_OUTPUT_DETACHED;
		if (device->index != flow->output &&
			!(device->vrf_class && device->index == flow->vrf))
			return MATCH_NOT_OUTPUT;
	}
	return MATCH_YES;
}

static enum match match_addresses(const struct rule *rule, const struct flow *flow)
{
	if (!prefix_contains_address(&rule->destination, flow->destination))
		return MATCH_NOT_DESTINATION;
	if (flow->family == AF_INET6 && rule->source.given && rule->source.length &&
		!flow->has_source)
		return MATCH_SOURCE_UNKNOWN;
	return prefix_contains_address(&rule->source, flow->source) ? MATCH_YES : MATCH_NOT_SOURCE;
}

static enum match match_service(const struct rule *rule, const struct flow *flow)
{
	uint8_t seen = flow->family == AF_INET ? flow->tos & TOS_SEEN : flow->tos;

	if (rule->tos.value && rule->tos.value != seen)
		return MATCH_NOT_TOS;
	if (rule->dscp.given && ((uint32_t)(flow->tos >> 2) ^ rule->dscp.value) & rule->dscp.mask)
		return MATCH_NOT_DSCP;
	if (rule->flowlabel.given &&
		(flow->flow_label ^ rule->flowlabel.value) & rule->flowlabel.mask)
		return MATCH_NOT_FLOW_LABEL;
	return MATCH_YES;
}

static bool port_matches(const struct span *span, uint16_t port)
{
	if (!span->given)
		return true;
	if (span->first == span->last)
		return !((span->first ^ port) & (span->mask ? span->mask : PORT_WHOLE));
	return port >= span->first && port <= span->last;
}

static enum match match_transport(const struct rule *rule, const struct flow *flow)
{
	if (rule->ip_protocol.value && rule->ip_protocol.value != flow->protocol)
		return MATCH_NOT_PROTOCOL;
	if (!port_matches(&rule->source_ports, flow->source_port))
		return MATCH_NOT_SOURCE_PORT;
	if (!port_matches(&rule->destination_ports, flow->destination_port))
		return MATCH_NOT_DESTINATION_PORT;
	return MATCH_YES;
}

static enum match match_metadata(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow)
{
	if (rule->mark.given && (flow->mark ^ rule->mark.value) & rule->mark.mask)
		return MATCH_NOT_MARK;
	if (rule->tunnel.given && rule->tunnel.value && rule->tunnel.value != flow->tunnel)
		return MATCH_NOT_TUNNEL;
	if (rule->l3mdev.given && !rule_class(snapshot, rule, flow))
		return MATCH_NO_VRF;
	if (rule->users.given && (flow->user < rule->users.first || flow->user > rule->users.last))
		return MATCH_NOT_USER;
	return MATCH_YES;
}

static enum match match_all(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow)
{
	enum match match = match_devices(snapshot, rule, flow);

	if (match == MATCH_YES)
		match = match_metadata(snapshot, rule, flow);
	if (match == MATCH_YES)
		match = match_addresses(rule, flow);
	if (match == MATCH_YES)
		match = match_service(rule, flow);
	return match == MATCH_YES ? match_transport(rule, flow) : match;
}

enum match rule_match(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow)
{
	enum match match = match_all(snapshot, rule, flow);

	if (!rule->invert.given)
		return match;
	return match == MATCH_YES ? MATCH_INVERTED : MATCH_YES;
}

uint32_t rule_class(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow)
{
	const struct snapshot_device *vrf;

	if (!rule->l3mdev.given)
		return rule->class.value;
	vrf = flow->vrf ? snapshot_device(snapshot, flow->vrf) : NULL;
	return vrf ? vrf->vrf_class : 0;
}
