/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a route with a scope, as the kernel does in a dump. */
#include "state/route_scope.h"

#include <string.h>
#include <sys/socket.h>

#include "model/nexthop.h"

static bool uses_device(const struct route *route, uint32_t device)
{
	if (!route->nexthops.given)
		return route->device.given && route->device.index == device;
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->device.given && nexthop->device.index == device)
			return true;
	}
	return false;
}

static bool holds_address(const struct prefix *prefix, const uint8_t *address)
{
	struct prefix host = {
		.family = prefix->family,
		.length = prefix->family == AF_INET6 ? 128 : 32,
	};

	memcpy(host.bytes, address, host.length / 8);
	return !prefix->length || prefix_holds(prefix, &host);
}

bool scope_holds(const struct scope *scope, const struct route *route)
{
	return !scope->cached && (!scope->family || route->family == scope->family) &&
	       (!scope->class || route->class.value == scope->class) &&
	       (!scope->device || uses_device(route, scope->device)) &&
	       (!scope->protocol || route->protocol.value == scope->protocol) &&
	       (!scope->type || route->type.value == scope->type) &&
	       (!scope->holding || holds_address(&route->destination, scope->holding));
}
