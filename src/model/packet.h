/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet for a route lookup (`get`). */
#ifndef MODEL_PACKET_H
#define MODEL_PACKET_H

#include "kind/address.h"
#include "kind/byte.h"
#include "kind/device.h"
#include "kind/flag.h"
#include "kind/number.h"

struct packet {
	uint8_t family;
	struct address destination;
	struct address source;
	struct device input;  /* given: an incoming packet; not given: one that this host sends */
	struct device output; /* the device that the sending socket is bound to */
	struct device vrf;    /* the VRF of that socket */
	struct byte tos;
	struct number mark;
	struct number uid;
	struct byte transport; /* IPPROTO_… */
	struct number source_port, destination_port;
	struct number flow_label;
	/* Id of the tunnel that it came through; 0: none. RTM_GETROUTE can't carry it, so it has no
	 * words. */
	uint64_t tunnel;
	struct address new_destination;
	/* Options of the kernel's answer. */
	struct flag match;     /* return the route as it is in its class, not as applied to the
	                          packet */
	struct flag notify;    /* report when the route changes */
	struct flag connected; /* ask again with the source address found */
};

/* Its message is a request, RTM_GETROUTE; the kernel answers with a route. */
extern const struct object packet_object;

#endif
