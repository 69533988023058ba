/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the set of packets that a rule matches; match.c does this for one packet. */
#include "lookup/match_set.h"

#include <sys/socket.h>

/* Returns the packets with this device in the field at `first`. */
static uint32_t device_is(
	struct policy_sets *sets, const struct snapshot_device *device, uint16_t first)
{
	/* For this host's own packets, iif is lo. */
	uint32_t number = first == PACKET_INPUT && device->index == DEVICE_LOOPBACK
	                          ? 0
	                          : policy_sets_device(sets, device->name);

	return diagram_bits(sets->diagrams, first, PACKET_DEVICE_BITS, number, UINT64_MAX);
}

uint32_t policy_sets_vrf(struct policy_sets *sets, const struct snapshot *snapshot,
	const struct snapshot_device *vrf)
{
	struct diagrams *diagrams = sets->diagrams;
	const struct vector *devices = snapshot_devices(snapshot);
	uint32_t in = diagram_outcome(DIAGRAM_NO);
	uint32_t out = diagram_outcome(DIAGRAM_NO);

	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (device_vrf(snapshot, device->index) != vrf->index)
			continue;
		out = diagram_or(diagrams, out, device_is(sets, device, PACKET_OUTPUT));
		if (device->index != DEVICE_LOOPBACK)
			in = diagram_or(diagrams, in, device_is(sets, device, PACKET_INPUT));
	}
	/* A packet bound to a device is in the VRF of that device (flow_set_vrf()). */
	return diagram_choose(diagrams,
		diagram_bits(diagrams, PACKET_OUTPUT, PACKET_DEVICE_BITS, 0, UINT64_MAX), in, out);
}

/* A rule with a VRF as `iif` or `oif` matches all packets in that VRF. */
static uint32_t device_condition(struct policy_sets *sets, const struct snapshot *snapshot,
	const struct ifname *name, uint16_t first)
{
	const struct snapshot_device *device = snapshot_device_named(snapshot, name->name);
	uint32_t condition;

	if (!device)
		return diagram_outcome(DIAGRAM_NO);
	condition = device_is(sets, device, first);
	if (!device->vrf_class)
		return condition;
	return diagram_or(sets->diagrams, condition, policy_sets_vrf(sets, snapshot, device));
}

static uint32_t any_vrf(struct policy_sets *sets, const struct snapshot *snapshot)
{
	const struct vector *devices = snapshot_devices(snapshot);
	uint32_t condition = diagram_outcome(DIAGRAM_NO);

	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (device->vrf_class)
			condition = diagram_or(
				sets->diagrams, condition, policy_sets_vrf(sets, snapshot, device));
	}
	return condition;
}

static uint32_t span_condition(
	struct policy_sets *sets, const struct span *span, uint16_t first, unsigned width)
{
	if (span->first == span->last && span->mask)
		return diagram_bits(sets->diagrams, first, width, span->first, span->mask);
	return diagram_range(sets->diagrams, first, width, span->first, span->last);
}

/* Adds a condition to *condition. */
static void and_condition(struct policy_sets *sets, uint32_t *condition, uint32_t more)
{
	*condition = diagram_and(sets->diagrams, *condition, more);
}

static void match_service(struct policy_sets *sets, const struct rule *rule, uint32_t *condition)
{
	struct diagrams *diagrams = sets->diagrams;

	if (rule->tos.value)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_DSCP, 6, rule->tos.value >> 2,
				rule->family == AF_INET ? 7 : 63));
	if (rule->dscp.given)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_DSCP, 6, rule->dscp.value, rule->dscp.mask));
	if (rule->flowlabel.given)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_FLOW_LABEL, 20, rule->flowlabel.value,
				rule->flowlabel.mask));
}

static void match_fields(struct policy_sets *sets, const struct rule *rule, uint32_t *condition)
{
	struct diagrams *diagrams = sets->diagrams;

	if (rule->tunnel.given && rule->tunnel.value)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_TUNNEL, 64, rule->tunnel.value, UINT64_MAX));
	if (rule->mark.given)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_MARK, 32, rule->mark.value, rule->mark.mask));
	if (rule->users.given)
		and_condition(sets, condition,
			diagram_range(
				diagrams, PACKET_USER, 32, rule->users.first, rule->users.last));
	match_service(sets, rule, condition);
	if (rule->ip_protocol.value)
		and_condition(sets, condition,
			diagram_bits(diagrams, PACKET_PROTOCOL, 8, rule->ip_protocol.value, 255));
	if (rule->source_ports.given)
		and_condition(sets, condition,
			span_condition(sets, &rule->source_ports, PACKET_SOURCE_PORT, 16));
	if (rule->destination_ports.given)
		and_condition(sets, condition,
			span_condition(
				sets, &rule->destination_ports, PACKET_DESTINATION_PORT, 16));
}

static bool is_detached(const struct rule *rule)
{
	return (rule->input.given && rule->input_detached.given) ||
	       (rule->output.given && rule->output_detached.given);
}

uint32_t policy_sets_match(
	struct policy_sets *sets, const struct snapshot *snapshot, const struct rule *rule)
{
	struct diagrams *diagrams = sets->diagrams;
	uint32_t condition = diagram_outcome(is_detached(rule) ? DIAGRAM_NO : DIAGRAM_YES);

	/* Starts with the last variables, so that each conjunction follows only the path of one
	 * prefix. */
	if (rule->output.given)
		and_condition(sets, &condition,
			device_condition(sets, snapshot, &rule->output, PACKET_OUTPUT));
	match_fields(sets, rule, &condition);
	if (rule->destination.given)
		and_condition(sets, &condition,
			diagram_prefix(diagrams, PACKET_DESTINATION, rule->destination.bytes,
				rule->destination.length));
	if (rule->source.given)
		and_condition(sets, &condition,
			diagram_prefix(
				diagrams, PACKET_SOURCE, rule->source.bytes, rule->source.length));
	if (rule->input.given)
		and_condition(sets, &condition,
			device_condition(sets, snapshot, &rule->input, PACKET_INPUT));
	if (rule->l3mdev.given)
		and_condition(sets, &condition, any_vrf(sets, snapshot));
	return rule->invert.given ? diagram_not(diagrams, condition) : condition;
}
