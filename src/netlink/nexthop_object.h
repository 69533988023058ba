/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes messages of the program's own nexthop objects (RTM_NEWNEXTHOP), each a gateway
 * and a device. */
#ifndef NETLINK_NEXTHOP_OBJECT_H
#define NETLINK_NEXTHOP_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct netlink;
struct nlmsghdr;

/* The gateway and device of a route. */
struct nexthop_key {
	uint8_t gateway[16]; /* in network byte order; IPv4: 4 bytes, then zeros */
	uint32_t device;     /* index; 0: the device that the gateway is on */
	uint32_t family;     /* AF_INET, AF_INET6 */
};

/* Reads the key of a route that has only a gateway and perhaps a device. Returns false, with *key
 * undefined, if it has more or no gateway. */
bool message_nexthop_key(const struct nlmsghdr *route, struct nexthop_key *key);

/*
 * Calls `each` for the program's own objects (PROTOCOL_SHARED, numbers from NEXTHOP_PRIVATE on). A
 * kernel without nexthop objects has none. Returns 0, or -1 with the error.
 */
int nexthop_objects_dump(struct netlink *netlink,
	void (*each)(uint32_t number, const struct nexthop_key *key, void *context), void *context,
	struct error *error);
/* Writes the message that makes an object, refused if the number is taken. */
void nexthop_object_add(struct nlmsghdr *message, uint32_t number, const struct nexthop_key *key);
/* Writes the message that deletes an object, and with it the routes that use it. */
void nexthop_object_delete(struct nlmsghdr *message, uint32_t number);

#endif
