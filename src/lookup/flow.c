/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the flow of a packet. */
#include "lookup/flow.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* The ECN bits of the TOS byte: no rule and no route compares them. */
enum { ECN = 0x03 };

bool bits_agree(const uint8_t *a, const uint8_t *b, unsigned length)
{
	unsigned bytes = length / 8;
	uint8_t mask = (uint8_t)(0xff00 >> length % 8);

	return !memcmp(a, b, bytes) && (!mask || !((a[bytes] ^ b[bytes]) & mask));
}

bool prefix_contains_address(const struct prefix *prefix, const uint8_t *address)
{
	return !prefix->given || !prefix->length ||
	       bits_agree(prefix->bytes, address, prefix->length);
}

uint32_t device_vrf(const struct snapshot *snapshot, uint32_t index)
{
	const struct snapshot_device *device = index ? snapshot_device(snapshot, index) : NULL;
	const struct snapshot_device *master;

	if (!device || device->vrf_class)
		return device ? device->index : 0;
	master = device->master ? snapshot_device(snapshot, device->master) : NULL;
	return master && master->vrf_class ? master->index : 0;
}

void flow_set_vrf(const struct snapshot *snapshot, struct flow *flow)
{
	const struct snapshot_device *output =
		flow->output ? snapshot_device(snapshot, flow->output) : NULL;

	if (output) {
		if (!flow->vrf)
			flow->vrf = device_vrf(snapshot, flow->output);
		if (output->vrf_class)
			flow->output = 0;
	} else if (flow->input > DEVICE_LOOPBACK && !flow->vrf) {
		flow->vrf = device_vrf(snapshot, flow->input);
	}
}

/* RTM_GETROUTE assumes UDP for an IPv4 packet without a protocol (inet_rtm_getroute() in
 * net/ipv4/route.c), and no protocol for IPv6. */
static uint8_t protocol_of(const struct packet *packet)
{
	if (packet->transport.given)
		return packet->transport.value;
	return packet->family == AF_INET ? IPPROTO_UDP : 0;
}

struct flow flow_of_packet(const struct snapshot *snapshot, const struct packet *packet)
{
	const struct device *bound = packet->vrf.given ? &packet->vrf : &packet->output;
	struct flow flow = {
		.family = packet->family,
		.tos = packet->tos.value & (uint8_t)~ECN,
		.protocol = protocol_of(packet),
		.input = packet->input.given ? packet->input.index : DEVICE_LOOPBACK,
		.output = bound->given && !packet->input.given ? bound->index : 0,
		.mark = packet->mark.value,
		.user = packet->uid.value,
		.flow_label = packet->flow_label.value,
		.tunnel = packet->tunnel,
		.source_port = (uint16_t)packet->source_port.value,
		.destination_port = (uint16_t)packet->destination_port.value,
	};
	static const uint8_t unspecified[16];

	(void)snapshot;
	memcpy(flow.destination, packet->destination.bytes, sizeof flow.destination);
	if (packet->source.given)
		memcpy(flow.source, packet->source.bytes, sizeof flow.source);
	flow.has_source = memcmp(flow.source, unspecified, sizeof unspecified) != 0;
	return flow;
}
