/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides when a list shows a row of a route, and when a message contains it. */
#include "model/route_shown.h"

#include <linux/rtnetlink.h>

#include "model/route.h"

bool route_shows_type(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	/* For the kernel a NAT route is a local route. */
	if (view->dialect == DIALECT_OWN && route->nat.given)
		return false;
	return route->type.given &&
	       (route->type.value != RTN_UNICAST || (view->dialect == DIALECT_IP && view->details));
}

bool route_shows_class(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->class.given &&
	       (view->dialect == DIALECT_OWN || view->details || route->class.value != CLASS_MAIN);
}

/* The program chooses the metric of an own record, like its class: see own_assign(). */
bool route_shows_metric(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	if (!route->metric.given || view->dialect == DIALECT_IP || view->details)
		return route->metric.given;
	if (route->service.given)
		return false;
	return route->class.value < CLASS_PRIVATE ||
	       (route->metric.value != route->class.value &&
		       route->metric.value != route->class.value + MARKER_METRIC);
}

bool route_shows_protocol(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	if (route->cached.given && view->dialect == DIALECT_IP)
		return false;
	if (view->dialect == DIALECT_OWN && route->nat.given && !view->details)
		return false;
	return route->protocol.given && (view->details || route->protocol.value != RTPROT_BOOT);
}

bool route_shows_scope(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;
	uint8_t usual =
		view->dialect == DIALECT_OWN ? route_default_scope(route) : RT_SCOPE_UNIVERSE;

	(void)field;
	if (route->cached.given && view->dialect == DIALECT_IP)
		return false;
	return route->scope.given && (view->details || route->scope.value != usual);
}

bool route_shows_statistics(const struct field *field, const void *record, const struct view *view)
{
	return view->statistics && field_shown_state(field, record, view);
}

/* Every answer to `get` has a user and is marked as cached; the error of a reject route repeats its
 * type. */
bool route_shows_details(const struct field *field, const void *record, const struct view *view)
{
	return (view->details || view->dialect == DIALECT_IP) &&
	       field_shown_state(field, record, view);
}

bool route_shows_cached(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	return (view->dialect == DIALECT_OWN || route->family == AF_INET) &&
	       route_shows_details(field, record, view);
}

/* The kernel uses UINT32_MAX for none. */
bool route_shows_hoplimit(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	(void)view;
	return route->hoplimit.given && route->hoplimit.value != UINT32_MAX;
}

bool route_shows_preference(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->preference.given &&
	       (view->dialect == DIALECT_IP || view->details || route->preference.value);
}

/* The kernel also reports the content of a nexthop object, but accepts only its number. */
bool route_sends_way(const struct field *field, const void *record)
{
	const struct route *route = record;

	(void)field;
	return !route->decoded || !route->nexthop_id.given;
}

/* A nexthop object of this program is hidden, like a private class. */
static bool has_private_object(const struct route *route)
{
	return route->nexthop_id.given && route->nexthop_id.value >= NEXTHOP_PRIVATE &&
	       route->gateway.given && route->device.given;
}

bool route_shows_object(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->nexthop_id.given &&
	       (!route->decoded || !has_private_object(route) || view->dialect == DIALECT_IP ||
		       (view->details && !view->complete));
}

bool route_shows_way(const struct field *field, const void *record, const struct view *view)
{
	if (!field_given(field, record))
		return false;
	return route_sends_way(field, record) || has_private_object(record) ||
	       view->dialect == DIALECT_IP || view->columns || (view->details && !view->complete);
}
