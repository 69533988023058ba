/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches the nexthop objects that `ip -d route` shows with routes. */
#ifndef IP_NEXTHOP_H
#define IP_NEXTHOP_H

#include "model/route.h"
#include "state/nexthop_cache.h"

struct session;

/* With -d, sets route->nexthop_info to the nexthop object of the route, which the cache owns. */
void ip_nexthop_add(
	struct nexthop_cache *nexthops, const struct session *session, struct route *route);

#endif
