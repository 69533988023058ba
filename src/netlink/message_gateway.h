/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the destination and the gateways of a message, for code that looks at many. */
#ifndef NETLINK_MESSAGE_GATEWAY_H
#define NETLINK_MESSAGE_GATEWAY_H

#include <stdint.h>

#include "kind/prefix.h"

struct nlmsghdr;

/* Returns the destination of a route, or that of the packets of a rule. */
struct prefix message_destination(const struct nlmsghdr *message);

/*
 * Calls `visit` for each gateway of a route, of its nexthops, too, that the kernel looks up when
 * the route is added: neither one that is `onlink` nor a link-local address. `gateway` has the full
 * length of its family; `device`: index of the device that is given; 0: none.
 */
void message_each_gateway(const struct nlmsghdr *message,
	void (*visit)(const struct prefix *gateway, uint32_t device, void *context), void *context);

#endif
