/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel looks up: a packet with everything that it leaves open filled in (struct flowi of
 * include/net/flow.h). Addresses are in network byte order, all other numbers in host byte order.
 */
#ifndef LOOKUP_FLOW_H
#define LOOKUP_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "model/packet.h"
#include "state/snapshot.h"

/* The kernel gives this number to the loopback device of every namespace. */
enum { DEVICE_LOOPBACK = 1 };

struct flow {
	uint8_t family;
	uint8_t tos; /* the whole byte, without the ECN bits */
	uint8_t protocol;
	bool has_source; /* IPv6 only: a rule with `from` can match */
	uint8_t source[16], destination[16];
	uint32_t input;  /* index; DEVICE_LOOPBACK: one of our own packets */
	uint32_t output; /* index; 0: any */
	uint32_t vrf;    /* index of the VRF that it belongs to; 0: none */
	uint32_t mark, user, flow_label;
	uint16_t source_port, destination_port;
	uint64_t tunnel;
	bool ignore_linkdown_switch; /* a nexthop without carrier counts in any case */
};

/* The flow of a packet that came in (packet->input) or that this host sends. */
struct flow flow_of_packet(const struct snapshot *snapshot, const struct packet *packet);

/* Finds the VRF of the flow by its devices, as l3mdev_update_flow() of net/l3mdev/l3mdev.c does;
 * a flow bound to the VRF itself is bound to no device then. */
void flow_set_vrf(const struct snapshot *snapshot, struct flow *flow);

/* The VRF that the device with this index is, or is in: its index, or 0. */
uint32_t device_vrf(const struct snapshot *snapshot, uint32_t index);

/* Do the first `length` bits agree? */
bool bits_agree(const uint8_t *a, const uint8_t *b, unsigned length);
/* Does the prefix (not given: every address) hold the address? */
bool prefix_contains_address(const struct prefix *prefix, const uint8_t *address);

#endif
