/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the devices of a network namespace, with their properties that matter for routing, and
 * addresses. For names only, use links.h.
 */
#ifndef NETLINK_INTERFACES_H
#define NETLINK_INTERFACES_H

#include <stdbool.h>
#include <stdint.h>

#include "netlink/netlink.h"

/* Settings of a device in /proc/sys/net/{ipv4,ipv6}/conf; missing values are 0. */
struct interface_switches {
	bool forwarding, accept_local, route_localnet, src_valid_mark, ignore_linkdown;
	uint8_t rp_filter;
};

struct interface {
	uint32_t index;
	char name[16];
	uint32_t flags;     /* IFF_… of linux/if.h */
	uint32_t master;    /* index; 0: none */
	uint32_t vrf_class; /* class of a VRF; 0: no VRF */
	uint32_t group;
	struct interface_switches inet, inet6;
};

struct interface_address {
	uint8_t family;
	uint8_t bytes[16]; /* address of this host, not of the peer; in network byte order */
	uint8_t length;    /* prefix length, in bits */
	uint8_t scope;     /* RT_SCOPE_… */
	uint32_t flags;    /* IFA_F_… */
	uint32_t device;   /* index */
};

/* Calls `each` for every device; `interface` is valid during the call. Returns 0, or -1 with the
 * error. */
int interfaces_each(struct netlink *netlink,
	void (*each)(const struct interface *interface, void *context), void *context,
	struct error *error);
/* As interfaces_each(), for every IPv4 and IPv6 address. */
int interfaces_each_address(struct netlink *netlink,
	void (*each)(const struct interface_address *address, void *context), void *context,
	struct error *error);
/* Reads the settings under conf/all from /proc; those that can't be read are 0. */
void interfaces_all(uint8_t family, struct interface_switches *switches);

#endif
