/* The nexthop objects that `ip -d route` tells beside their routes. */
#ifndef COMMAND_IP_NEXTHOP_H
#define COMMAND_IP_NEXTHOP_H

#include "base/arena.h"
#include "base/vector.h"
#include "model/route.h"

struct session;

/*
 * With -d, puts the nexthop object of a route beside it; asked for once each. The conversation is
 * its own: routes are dumped meanwhile. A zeroed one is empty.
 */
struct ip_nexthops {
	struct netlink *netlink;
	struct vector known; /* struct nexthop_info * */
	struct arena arena;
};
void ip_nexthops_add(
	struct ip_nexthops *nexthops, const struct session *session, struct route *route);
void ip_nexthops_free(struct ip_nexthops *nexthops);

#endif
