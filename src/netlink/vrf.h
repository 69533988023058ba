/* VRF devices: each routes its packets by a class. */
#ifndef NETLINK_VRF_H
#define NETLINK_VRF_H

#include <stdint.h>

#include "netlink/netlink.h"

/* Writes the name of a VRF device whose class this is; empty: there is none. 0, or -1. */
int vrf_of_class(struct netlink *netlink, uint32_t class, char name[16], struct error *error);

#endif
