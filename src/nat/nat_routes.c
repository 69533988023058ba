/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the kernel, a NAT route is a local route with a protocol of its own; nftables has the
 * rest. */
#include "nat/nat_routes.h"

#include <string.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/route.h"
#include "change/policy.h"
#include "state/bindings.h"
#include "nat/entries.h"

/* Routes to the same destination with different metrics share their part in nftables. */
struct nat_route {
	struct binding binding;
	uint32_t metric;
};

struct nat_change {
	enum operation operation;
	struct nat_route route;
};

void nat_routes_free(struct nat_routes *routes)
{
	vector_free(&routes->changes);
	vector_free(&routes->routes);
}

static struct nat_route nat_route_of(const struct route *route)
{
	/* IP6_RT_PRIO_USER, the kernel's metric for a route without one. */
	uint32_t none = route->family == AF_INET6 ? 1024 : 0;
	bool given = route->metric.given && route->metric.value;

	return (struct nat_route){binding_of_route(route), given ? route->metric.value : none};
}

static bool keep_route(const void *record, void *context)
{
	const struct nat_route route = nat_route_of(record);

	if (route.binding.nat.given)
		vector_push(context, &route);
	return true;
}

int nat_routes_load(struct nat_routes *routes, struct policy *policy, struct error *error)
{
	const struct scope scope = {.class = CLASS_LOCAL, .protocol = PROTOCOL_TRANSLATED};

	routes->routes.size = sizeof(struct nat_route);
	return policy_each_route(policy, &scope, NULL, keep_route, &routes->routes, error);
}

void nat_routes_note(struct nat_routes *routes, enum operation operation, const struct route *route)
{
	struct nat_change change = {operation, nat_route_of(route)};

	routes->changes.size = sizeof change;
	vector_push(&routes->changes, &change);
}

bool nat_routes_changed(const struct nat_routes *routes)
{
	return routes->changes.count;
}

/* Returns true if a packet can match both. */
static bool meets(const struct binding *a, const struct binding *b)
{
	if (a->family != b->family)
		return false;
	if (a->service.given && b->service.given)
		return services_meet(&a->service, &b->service) &&
		       !memcmp(a->route.bytes, b->route.bytes, sizeof a->route.bytes);
	return a->service.given ? prefix_holds(&b->route, &a->route)
	                        : b->service.given && prefix_holds(&a->route, &b->route);
}

/* NAT routes of different prefixes may overlap: the longest prefix wins. Ports may not. */
static int check_others(
	const struct vector *routes, const struct binding *binding, struct error *error)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct binding *other =
			&((const struct nat_route *)vector_at(routes, i))->binding;
		struct buffer text = {0};
		struct view view = {.numeric = true, .family = other->family};

		if (!meets(other, binding))
			continue;
		fields_line(&text, &binding_object, other, &view, "", false);
		error_set(error, STATUS_GUARDED, "another NAT route takes these packets: %s",
			buffer_text(&text));
		buffer_free(&text);
		return error_hint(error, "delete that, or choose other ports");
	}
	return 0;
}

static int refuse(const struct binding *there, struct error *error)
{
	char text[PREFIX_TEXT_MAX];

	prefix_text(&there->nat, text);
	error_set(error, STATUS_REFUSED, "another NAT route is in its place: nat %s", text);
	return error_hint(error, "\"replace\" changes it");
}

static int apply(struct vector *routes, const struct nat_change *change, struct error *error)
{
	const struct nat_route *coming = &change->route;
	size_t kept = 0;

	for (size_t i = 0; i < routes->count; i++) {
		struct nat_route *other = vector_at(routes, i);
		bool alike = bindings_alike(&other->binding, &coming->binding);

		if (alike && change->operation == OPERATION_ADD &&
			(!kind_prefix.same(&other->binding.nat, &coming->binding.nat) ||
				!kind_service.same(
					&other->binding.service, &coming->binding.service)))
			return refuse(&other->binding, error);
		if (alike && other->metric == coming->metric)
			continue;
		if (alike && change->operation == OPERATION_REPLACE)
			other->binding = coming->binding;
		if (kept != i)
			memcpy(vector_at(routes, kept), other, sizeof *other);
		kept++;
	}
	routes->count = kept;
	if (change->operation == OPERATION_DELETE)
		return 0;
	if (check_others(routes, &coming->binding, error))
		return -1;
	vector_push(routes, coming);
	return 0;
}

int nat_routes_apply(struct nat_routes *routes, struct error *error)
{
	for (size_t i = 0; i < routes->changes.count; i++)
		if (apply(&routes->routes, vector_at(&routes->changes, i), error))
			return -1;
	routes->changes.count = 0;
	return 0;
}

/* Returns true if an earlier route has the same entry. Few routes have a metric. */
static bool is_covered(const struct vector *routes, size_t index)
{
	const struct nat_route *route = vector_at(routes, index);

	for (size_t i = 0; i < index; i++)
		if (bindings_alike(&((const struct nat_route *)vector_at(routes, i))->binding,
			    &route->binding))
			return true;
	return false;
}

static bool has_metrics(const struct vector *routes)
{
	for (size_t i = 1; i < routes->count; i++)
		if (((const struct nat_route *)vector_at(routes, i))->metric !=
			((const struct nat_route *)vector_at(routes, 0))->metric)
			return true;
	return false;
}

void nat_routes_entries(
	const struct nat_routes *routes, const struct entry_index *known, struct vector *entries)
{
	const struct vector *all = &routes->routes;
	bool metrics = has_metrics(all);

	for (size_t i = 0; i < all->count; i++)
		if (!metrics || !is_covered(all, i))
			entries_add(entries, known,
				&((const struct nat_route *)vector_at(all, i))->binding);
}
