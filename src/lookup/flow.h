/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key of a lookup: a packet with default values for everything that it does not give (struct
 * flowi of include/net/flow.h). Addresses are in network byte order, all other numbers in host byte
 * order.
 */
#ifndef LOOKUP_FLOW_H
#define LOOKUP_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "model/packet.h"
#include "state/snapshot.h"

/* Index of the loopback device in every network namespace (LOOPBACK_IFINDEX). */
enum { DEVICE_LOOPBACK = 1 };

struct flow {
	uint8_t family;
	uint8_t tos; /* the DSCP in the upper six bits; the ECN bits are 0 */
	uint8_t protocol;
	bool has_source; /* the source is not all zeros; IPv6 rules with `from` need one */
	uint8_t source[16], destination[16];
	uint32_t input;  /* index; DEVICE_LOOPBACK: this host sends the packet */
	uint32_t output; /* index; 0: any */
	uint32_t vrf;    /* index of the VRF that it belongs to; 0: none */
	uint32_t mark, user, flow_label;
	uint16_t source_port, destination_port;
	uint64_t tunnel;
	bool ignore_linkdown_switch; /* hops without carrier are usable, whatever the device says */
};

/* Returns the flow of a packet that came in (packet->input) or that this host sends; its VRF is not
 * set yet. */
struct flow flow_of_packet(const struct snapshot *snapshot, const struct packet *packet);

/* Sets flow->vrf from the flow's devices, as l3mdev_update_flow() in net/l3mdev/l3mdev.c does.
 * Clears flow->output if it is the VRF itself. */
void flow_set_vrf(const struct snapshot *snapshot, struct flow *flow);

/* Returns the index of the VRF that this device is or belongs to; 0 if there is none. */
uint32_t device_vrf(const struct snapshot *snapshot, uint32_t index);

/* Returns true if the first `length` bits are equal. */
bool bits_agree(const uint8_t *a, const uint8_t *b, unsigned length);
/* Returns true if the prefix contains the address. A prefix that is not given contains all. */
bool prefix_contains_address(const struct prefix *prefix, const uint8_t *address);

#endif
