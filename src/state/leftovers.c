/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the routes of private classes that a killed program has left from those of others. */
#include "state/leftovers.h"

#include <sys/socket.h>

#include "field/walk.h"
#include "state/own.h"

void leftovers_init(struct leftovers *leftovers, uint8_t family)
{
	*leftovers = (struct leftovers){
		.family = family,
		.used = {.size = sizeof(uint32_t)},
		.routes = {.size = sizeof(struct route)},
	};
}

void leftovers_free(struct leftovers *leftovers)
{
	vector_free(&leftovers->used);
	vector_free(&leftovers->routes);
	arena_free(&leftovers->arena);
}

static int compare_classes(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static bool may_be_ours(uint32_t class)
{
	return class >= CLASS_PRIVATE && class <= OWN_CLASS_LAST;
}

void leftovers_use(struct leftovers *leftovers, uint32_t class)
{
	if (may_be_ours(class))
		vector_push(&leftovers->used, &class);
}

void leftovers_sort(struct leftovers *leftovers)
{
	vector_sort(&leftovers->used, compare_classes);
}

/* Returns true if the route before shows as well that its class is another program's. */
static bool is_one_more(const struct leftovers *leftovers, const struct route *route)
{
	const struct vector *routes = &leftovers->routes;
	const struct route *last = routes->count ? vector_at(routes, routes->count - 1) : NULL;

	return last && last->class.value == route->class.value && last->destination.length &&
	       route->destination.length;
}

void leftovers_note(struct leftovers *leftovers, const struct route *route)
{
	uint32_t class = route->class.value;

	if (may_be_ours(class) && !is_one_more(leftovers, route) &&
		!vector_find(&leftovers->used, &class, compare_classes))
		fields_keep(
			&route_object, vector_push(&leftovers->routes, route), &leftovers->arena);
}

/* Looks at the routes of the same class around the one at `index`. A class of ours has few: sets
 * *marked if one of them is a marker, and *alone if all others are. */
static void look_around(const struct leftovers *leftovers, size_t index, bool *marked, bool *alone)
{
	const struct vector *routes = &leftovers->routes;
	const struct route *route = vector_at(routes, index);

	*marked = false;
	*alone = true;
	for (size_t i = index > 2 ? index - 2 : 0; i < routes->count && i <= index + 2; i++) {
		const struct route *other = vector_at(routes, i);
		bool marker = own_is_marker(other);

		if (i == index || other->class.value != route->class.value)
			continue;
		*marked |= marker;
		*alone &= marker;
	}
}

bool leftovers_has(const struct leftovers *leftovers, size_t index)
{
	const struct route *route = vector_at(&leftovers->routes, index);
	bool marked;
	bool alone;

	if (own_is_marker(route))
		return true;
	if (route->destination.length)
		return false;
	look_around(leftovers, index, &marked, &alone);
	if (leftovers->family == AF_INET && route->metric.value != route->class.value)
		return false;
	if (leftovers->family == AF_INET && route->class.value - CLASS_PRIVATE < LEFTOVERS_NUMBERS)
		return alone;
	return alone && marked;
}
