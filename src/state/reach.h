/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains why an address is not on a link of this host. */
#ifndef STATE_REACH_H
#define STATE_REACH_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct netlink;

/*
 * Searches the reason why the kernel can't reach a neighbour: `device` (an index; 0: any) is down,
 * has no carrier (and ignores routes then), or does not have the neighbour's network; or the device
 * with that network is down. Sets only the hint of the error. `address`: in network byte order;
 * NULL: checks only the device. Returns true if a reason was found.
 */
bool reach_explain(struct netlink *netlink, uint8_t family, const uint8_t *address, uint32_t device,
	struct error *error);

#endif
