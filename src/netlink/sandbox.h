/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a temporary network namespace with substitutes for the devices of another one. */
#ifndef NETLINK_SANDBOX_H
#define NETLINK_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "netlink/interfaces.h"

struct error;
struct netlink;

/*
 * Moves this process into a new network namespace, which ends with it; without CAP_SYS_ADMIN also
 * into a new user namespace. Open sockets stay in the old one. Returns 0, or -1 with the error.
 */
int sandbox_enter(struct error *error);

/*
 * Makes a substitute for a device with its name, index and flags: a bridge for a master of other
 * devices (`is_master`), a VRF for a VRF, for any other device one end of a veth pair, whose other
 * end gets the index `peer` and no IPv6. Only sets lo up. Sets *made to false if this kernel does
 * not know the kind. Returns 0, or -1 with the error.
 */
int sandbox_add_link(struct netlink *netlink, const struct interface *interface, bool is_master,
	uint32_t peer, bool *made, struct error *error);
/* Makes the device a port of its master, and sets it and its peer up according to its flags. Waits
 * until the kernel has noticed its carrier. Returns 0, or -1 with the error. */
int sandbox_raise_link(struct netlink *netlink, const struct interface *interface, bool is_master,
	uint32_t peer, struct error *error);
/* Adds an address; accept_dad of the device must be 0. Sets *made to false if the kernel refuses
 * it. Returns 0, or -1 with the error. */
int sandbox_add_address(struct netlink *netlink, const struct interface_address *address,
	bool *made, struct error *error);
/* Waits until the kernel has made the routes to the addresses, which it does in its own time.
 * Returns 0, or -1 with the error. */
int sandbox_await_addresses(struct netlink *netlink, struct error *error);
/* Writes a setting under /proc/sys/net/{ipv4,ipv6}/conf/NAME. Ignores failures. */
void sandbox_switch(uint8_t family, const char *name, const char *key, unsigned int value);

/* Reads such a setting. Returns 0 if it can't be read. */
unsigned int sandbox_read_switch(uint8_t family, const char *name, const char *key);

#endif
