/* A dump as `ip` makes it: the kernel's refusal of it is an error. */
#ifndef COMMAND_IP_DUMP_H
#define COMMAND_IP_DUMP_H

#include "command/ip.h"

struct ip_scope {
	uint8_t family; /* AF_UNSPEC: IPv4, then IPv6 */
	uint32_t class; /* 0: every class. Routes only, as what follows */
	uint32_t device;
	uint8_t protocol;
	bool cached;
};

/* Calls `each` with every message; false ends it. 0, or -1 with the error (`Dump terminated`). */
int ip_dump(struct ip *ip, const struct object *object, const struct ip_scope *scope,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, struct error *error);

#endif
