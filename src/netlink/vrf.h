/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds VRF devices, each of which has a class. */
#ifndef NETLINK_VRF_H
#define NETLINK_VRF_H

#include <stdint.h>

#include "netlink/netlink.h"

/*
 * Writes the name of the VRF device that uses this class, or "" if there is none. Returns 0, or -1
 * with the error.
 */
int vrf_of_class(struct netlink *netlink, uint32_t class, char name[16], struct error *error);

#endif
