/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps as `ip` does: a refusal of the kernel is an error. */
#ifndef IP_DUMP_H
#define IP_DUMP_H

#include "ip/ip.h"
#include "netlink/dump.h"

/* Calls `each` with every message until it returns false. Returns 0, or -1 with the error (`Dump
 * terminated`). */
int ip_dump(struct ip *ip, const struct object *object, const struct scope *scope,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, struct error *error);

#endif
