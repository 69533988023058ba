/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and indexes of devices, as the kernel reports them. Each is requested once and then cached.
 */
#ifndef NETLINK_LINKS_H
#define NETLINK_LINKS_H

#include <linux/netlink.h>

#include "names/names.h"

struct error;
struct links;

/*
 * Returns a source of device names for names_devices(); freed with links_close(). The first lookup
 * by index dumps all links; each lookup by name or altname sends one request. It opens its own
 * socket at the first lookup, because names are looked up during other dumps.
 */
struct links *links_open(void);
void links_close(struct links *links);
/* Returns 0 if every lookup so far got an answer (that a device does not exist is an answer), or -1
 * with the error of the first that got none: output or refusals since then may be wrong. */
int links_check(const struct links *links, struct error *error);
struct device_source links_source(struct links *links);
/* Empties the cache: call it when devices have been added, removed or renamed. */
void links_forget(struct links *links);
/*
 * Waits until the kernel has finished its present change of devices: it reports that a device goes
 * down before it removes the routes through it. Ignores failures.
 */
void links_settle(struct links *links);

/* Returns the class of the VRF that an RTM_NEWLINK message describes; 0 if the device is no VRF. */
uint32_t link_vrf_class(const struct nlmsghdr *message);

#endif
