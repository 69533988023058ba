/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests nexthop objects as messages. */
#ifndef NETLINK_NEXTHOP_DUMP_H
#define NETLINK_NEXTHOP_DUMP_H

#include <stdint.h>

#include "netlink/netlink.h"

/*
 * Calls `each` with the RTM_NEWNEXTHOP message of the object with this number, or of every object
 * if it is 0. Calls nothing if the object does not exist. Returns 0, or -1 with the error if the
 * socket failed. `flags`: GROUP_DUMP_STATS ..., without which a kernel that does not know them is
 * asked again.
 */
int nexthop_dump(struct netlink *netlink, uint32_t id, uint32_t flags,
	void (*each)(const struct nlmsghdr *message, void *context), void *context,
	struct error *error);

#endif
