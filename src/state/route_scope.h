/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether a scope includes a route that does not come from a dump. */
#ifndef STATE_ROUTE_SCOPE_H
#define STATE_ROUTE_SCOPE_H

#include <stdbool.h>

#include "model/route.h"
#include "netlink/dump.h"

/* Returns true if a dump of this scope would report the route. */
bool scope_holds(const struct scope *scope, const struct route *route);

#endif
