/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds the records that the kernel makes by itself to a snapshot without a kernel. */
#ifndef STATE_AUTOMATIC_H
#define STATE_AUTOMATIC_H

#include "state/snapshot.h"

/* Adds the rules that every network namespace starts with: 0 local, 32766 main, 32767 default
 * (IPv4). */
void automatic_rules(struct snapshot *snapshot);
/* Adds the device lo with 127.0.0.1/8 and ::1/128, their routes, and forwarding for all devices. */
void automatic_devices(struct snapshot *snapshot);
/*
 * Adds the routes that the kernel makes for an address (fib_add_ifaddr(), addrconf_prefix_route()):
 * to the address itself, to its network if `own_network`, and to the broadcast address.
 */
void automatic_routes(
	struct snapshot *snapshot, const struct snapshot_address *address, bool own_network);

#endif
