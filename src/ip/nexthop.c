/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches nexthop objects to their routes. */
#include "ip/nexthop.h"

#include "command/session.h"

void ip_nexthop_add(
	struct nexthop_cache *nexthops, const struct session *session, struct route *route)
{
	struct nexthop_info *info;

	if (!session->options.details || !route->nexthop_id.given)
		return;
	info = nexthop_cache_find(nexthops, route->nexthop_id.value);
	if (info)
		route->nexthop_info = (struct nested){
			.given = true, .object = &nexthop_info_object, .record = info};
}
