/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds requests for dumps of routes and rules. */
#ifndef NETLINK_DUMP_H
#define NETLINK_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "field/field.h"

/* Filters of a dump, applied by the kernel unless noted. Zero: everything of both families. */
struct scope {
	uint8_t family; /* AF_UNSPEC: IPv4, then IPv6 */
	/* Routes only: */
	uint32_t class;   /* 0: every class */
	uint32_t device;  /* index; also of a nexthop among several. 0: any */
	uint8_t protocol; /* RTPROT_…; 0: any */
	uint8_t type;     /* RTN_…; 0: any */
	bool cached;      /* the cached exceptions instead of the routes */
	/* The reader, not the kernel, skips routes whose destination does not contain this address
	 * (in network byte order, of the family's length) before decoding them. NULL: skips
	 * none. */
	const uint8_t *holding;
	/* The reader leaves the values that nftables keeps to bindings_join(). */
	bool bare;
};

enum { DUMP_REQUEST_MAX = 64 }; /* bytes of a request */

/*
 * Writes the request for a dump of one family into zeroed memory of DUMP_REQUEST_MAX bytes; ignores
 * scope->family. For rules, only the family is a filter. Send it with netlink_dump().
 */
void dump_request(
	void *memory, const struct object *object, uint8_t family, const struct scope *scope);

/* Returns true if the destination of the route in a message contains this address (in network byte
 * order, of the family's length). */
bool dump_route_holds(const struct nlmsghdr *message, const uint8_t *address);

#endif
