/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flow that a rule with `log` routed, described by its first packet. Ports and indexes are in
 * host byte order.
 */
#ifndef NETLINK_LOGGED_FLOW_H
#define NETLINK_LOGGED_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "kind/address.h"

struct flow {
	uint32_t preference; /* of the rule */
	struct address source, destination;
	uint8_t protocol; /* IPPROTO_… */
	bool ports;       /* the protocol has ports */
	uint16_t source_port, destination_port;
	uint32_t input,
		output; /* indexes of devices; 0: none, as for packets from or to this host */
};

#endif
