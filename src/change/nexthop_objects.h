/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds, makes and removes the nexthop objects of this program in the kernel. */
#ifndef CHANGE_NEXTHOP_OBJECTS_H
#define CHANGE_NEXTHOP_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "netlink/netlink.h"
#include "netlink/nexthop_object.h"

/* A gateway and device that routes share. */
struct shared_hop {
	struct nexthop_key key; /* as given in words */
	uint32_t output;        /* the device, even if the words give none */
	uint32_t routes;        /* number of routes */
	bool wanted;            /* an object is needed */
	bool fresh;             /* made by objects_make() */
	uint32_t object;        /* its number; 0: none */
};

/* Finds or makes an object for each of `hops` (struct shared_hop) that is wanted. A hop whose
 * object the kernel refuses has none. Returns 0, or -1 with the error if the socket failed. */
int objects_make(struct netlink *netlink, struct vector *hops, struct error *error);
/* Removes the objects that objects_make() made. Returns 0, or -1 with the error. */
int objects_remove(struct netlink *netlink, struct vector *hops, struct error *error);

/* Returns true if the kernel has objects of this program; false also if it can't be asked. */
bool objects_exist(struct netlink *netlink);
/* Removes this program's objects that no route uses. Ignores failures. */
void objects_sweep(struct netlink *netlink);

#endif
