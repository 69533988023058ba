/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a policy file that replace the kernel's devices and addresses: `link NAME …` for a
 * device, `addr ADDR/LENGTH dev NAME …` for an address of this host. */
#ifndef MODEL_LINK_H
#define MODEL_LINK_H

#include "kind/byte.h"
#include "kind/device.h"
#include "kind/flag.h"
#include "kind/ifname.h"
#include "kind/number.h"
#include "kind/prefix.h"

struct link {
	uint8_t family; /* unused */
	struct ifname name;
	struct device master; /* the device's bridge, bond or VRF */
	struct number vrf;    /* the class of a VRF */
	struct number group;
	struct flag down;     /* administratively down; not given: up */
	struct flag linkdown; /* up, but without carrier */
	/* /proc/sys/net/ipv4/conf/NAME; forwarding also for IPv6. */
	struct number forwarding, rp_filter, accept_local, route_localnet, src_valid_mark,
		ignore_linkdown;
};

struct local_address {
	uint8_t family;
	struct prefix address; /* with its host bits */
	struct device device;
	struct byte scope;                                /* RT_SCOPE_… */
	struct flag deprecated, tentative, noprefixroute; /* IFA_F_… */
};

/* They have only words, no messages. */
extern const struct object link_object;
extern const struct object local_address_object;

#endif
