/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes witnesses, with their input device, and writes them in words. */
#include "command/witness.h"

#include <inttypes.h>
#include <string.h>

#include <linux/if.h>

#include "command/reason.h"
#include "kind/address.h"
#include "lookup/flow.h"

static bool is_own(const struct snapshot_address *address, const struct packet *packet)
{
	return !memcmp(
		address->local.bytes, packet->source.bytes, address_size(packet->source.family));
}

/* Returns the address of this host whose network contains the source; NULL if there is none. */
static const struct snapshot_address *find_network(
	const struct snapshot *snapshot, const struct packet *packet)
{
	const struct vector *all = snapshot_addresses(snapshot);
	const struct snapshot_address *best = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);

		if (address->local.family == packet->family &&
			bits_agree(address->local.bytes, packet->source.bytes, address->length) &&
			(!best || address->length > best->length || is_own(address, packet)))
			best = address;
	}
	return best;
}

static void place(const struct snapshot *snapshot, struct packet *packet)
{
	const struct vector *devices = snapshot_devices(snapshot);
	const struct snapshot_address *network;

	/* What comes in belongs to no user. */
	if (packet->input.given || packet->output.given || !packet->source.given ||
		packet->uid.value)
		return;
	network = find_network(snapshot, packet);
	if (network && network->device != DEVICE_LOOPBACK) {
		if (!is_own(network, packet))
			packet->input = (struct device){true, network->device};
		return;
	}
	for (size_t i = 0; !network && !packet->input.given && i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (!(device->flags & IFF_LOOPBACK) && device->index != DEVICE_LOOPBACK)
			packet->input = (struct device){true, device->index};
	}
}

/* Replaces the packet if the diagram has the same outcome for the other one. */
static void try(const struct policy_sets *sets, const struct policy_set *function,
	struct packet *packet, const struct packet *other)
{
	if (policy_set_find(sets, function, other) == policy_set_find(sets, function, packet))
		*packet = *other;
}

/* Leaves out the fields that make no difference. */
static void simplify(
	const struct policy_sets *sets, const struct policy_set *function, struct packet *packet)
{
	for (int field = 0; field < 9; field++) {
		struct packet simple = *packet;

		switch (field) {
		case 0:
			simple.tunnel = 0;
			break;
		case 1:
			simple.flow_label.value = 0;
			break;
		case 2:
			simple.uid.value = 0;
			break;
		case 3:
			simple.source_port.value = 0;
			break;
		case 4:
			simple.destination_port.value = 0;
			break;
		case 5:
			/* A port is that of a protocol. */
			simple.transport.given &=
				simple.source_port.value || simple.destination_port.value;
			break;
		case 6:
			simple.mark.value = 0;
			break;
		case 7:
			simple.tos.value = 0;
			break;
		default:
			simple.output.given = false;
			break;
		}
		try(sets, function, packet, &simple);
	}
}

/* A packet of this host that has no source needs no device either. */
static void simplify_source(
	const struct policy_sets *sets, const struct policy_set *function, struct packet *packet)
{
	struct packet simple = *packet;

	simple.source.given = simple.input.given = false;
	try(sets, function, packet, &simple);
}

struct packet witness_of_path(const struct policy_sets *sets, const struct snapshot *snapshot,
	uint8_t family, uint32_t diagram, const struct diagram_path *path)
{
	const struct policy_set function = {
		.snapshot = (struct snapshot *)snapshot, .family = family, .whole = diagram};
	struct packet packet = path_packet(sets, snapshot, path, family);
	struct packet placed;

	simplify(sets, &function, &packet);
	simplify_source(sets, &function, &packet);
	placed = packet;
	place(snapshot, &placed);
	try(sets, &function, &packet, &placed);
	return packet;
}

void witness_words(struct buffer *out, const struct snapshot *snapshot, const struct packet *packet)
{
	reason_address(out, packet->family, packet->destination.bytes);
	if (packet->source.given) {
		buffer_string(out, " from ");
		reason_address(out, packet->family, packet->source.bytes);
	}
	if (packet->input.given)
		buffer_format(out, " iif %s", reason_device(snapshot, packet->input.index));
	if (packet->mark.value)
		buffer_format(out, " mark %#x", packet->mark.value);
	if (packet->tos.value)
		buffer_format(out, " tos %#x", packet->tos.value);
	if (packet->transport.given)
		buffer_format(out, " ipproto %u", packet->transport.value);
	if (packet->source_port.value)
		buffer_format(out, " sport %u", packet->source_port.value);
	if (packet->destination_port.value)
		buffer_format(out, " dport %u", packet->destination_port.value);
	if (packet->flow_label.value)
		buffer_format(out, " flowlabel %#x", packet->flow_label.value);
	if (packet->uid.value)
		buffer_format(out, " uid %u", packet->uid.value);
	if (packet->output.given)
		buffer_format(out, " oif %s", reason_device(snapshot, packet->output.index));
	if (packet->tunnel)
		buffer_format(out, " (tun_id %" PRIu64 ")", packet->tunnel);
}
