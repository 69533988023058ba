/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The `shown` and `sent` functions of a route's rows. `record` is a struct route. A row without
 * such a function is shown if it is given. Each function returns true in the cases that its comment
 * gives.
 */
#ifndef MODEL_ROUTE_SHOWN_H
#define MODEL_ROUTE_SHOWN_H

#include "field/field.h"

/* Unless it is unicast, or the local type of a NAT route. */
bool route_shows_type(const struct field *field, const void *record, const struct view *view);
/* Always in our own dialect; in ip's if it isn't main, or with -d. */
bool route_shows_class(const struct field *field, const void *record, const struct view *view);
/* Unless it is the metric of an own record (see state/own.h). */
bool route_shows_metric(const struct field *field, const void *record, const struct view *view);
/* Unless it is boot, the default. */
bool route_shows_protocol(const struct field *field, const void *record, const struct view *view);
/* Unless it is the default that a reader assumes. */
bool route_shows_scope(const struct field *field, const void *record, const struct view *view);
/* With -s, if field_shown_state() allows it. */
bool route_shows_statistics(const struct field *field, const void *record, const struct view *view);
/* With -d or in ip's dialect, if field_shown_state() allows it. */
bool route_shows_details(const struct field *field, const void *record, const struct view *view);
/* As route_shows_details(), but in ip's dialect only for IPv4. */
bool route_shows_cached(const struct field *field, const void *record, const struct view *view);
/* Unless it is UINT32_MAX, which means none. */
bool route_shows_hoplimit(const struct field *field, const void *record, const struct view *view);
/* Unless it is medium, the default; ip's dialect and -d show that, too. */
bool route_shows_preference(const struct field *field, const void *record, const struct view *view);
/* Unless it is a nexthop object of this program. */
bool route_shows_object(const struct field *field, const void *record, const struct view *view);
/* Unless it comes from a nexthop object whose number is shown. */
bool route_shows_way(const struct field *field, const void *record, const struct view *view);
/* Unless it comes from a nexthop object: the kernel only accepts the object's number. */
bool route_sends_way(const struct field *field, const void *record);

#endif
