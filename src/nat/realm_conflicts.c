/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes with realms of their own, nexthop objects of several classes, VRFs. */
#include "nat/realm_conflicts.h"

#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/vrf.h"

struct search {
	uint32_t class;
	struct vector objects; /* uint32_t: nexthop objects of the class */
	struct arena arena;    /* memory of `route` */
	struct route route;    /* the one in the way */
	bool own_realm, shared_object;
};

static void stop_at(struct search *search, const struct route *route, bool *why)
{
	search->route = *route;
	fields_keep(&route_object, &search->route, &search->arena);
	*why = true;
}

static bool look_at_route(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;
	uint32_t realm = route_realms(route);

	if (realm)
		stop_at(search, route, &search->own_realm);
	if (route->nexthop_id.given)
		vector_push(&search->objects, &route->nexthop_id.value);
	return !realm;
}

static bool look_at_other(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;

	if (!route->nexthop_id.given || route->class.value == search->class)
		return true;
	for (size_t i = 0; i < search->objects.count; i++) {
		if (*(uint32_t *)vector_at(&search->objects, i) != route->nexthop_id.value)
			continue;
		stop_at(search, route, &search->shared_object);
		return false;
	}
	return true;
}

static int refuse_route(const struct search *search, const struct rule *rule, struct error *error)
{
	struct buffer text = {0};
	struct view view = {.numeric = true};
	struct route route = search->route;

	/* The name of the device belongs to the session. */
	route.device.given = false;
	for (struct nexthops_item *item = route.nexthops.first; item; item = item->next)
		((struct nexthop *)item->record)->device.given = false;
	fields_line(&text, &route_object, &route, &view, "", false);
	if (search->own_realm)
		error_set(error, STATUS_GUARDED,
			"a route that the rule would look up has a realm of its own, which takes "
			"the place of the rule's");
	else
		error_set(error, STATUS_GUARDED,
			"a nexthop object serves another class, too, and packets take the realm of "
			"whichever was first");
	error_hint(error, "in the way: %s\n    %s, or change that route", buffer_text(&text),
		rule->own.given
			? "give the rule another record of its own"
			: "give the rule a record of its own (route gw ADDR dev DEV) instead of a "
			  "class");
	buffer_free(&text);
	return -1;
}

/* Sets *any if a rule looks up the classes of VRFs. */
static int find_l3mdev(struct policy *policy, bool *any, struct error *error)
{
	const struct vector *rules = policy_rules(policy, AF_INET, error);

	*any = false;
	for (size_t i = 0; rules && i < rules->count; i++)
		*any |= ((const struct rule *)vector_at(rules, i))->l3mdev.given;
	return rules ? 0 : -1;
}

/* Renews the list of the rules, which takes time, only if they may matter. */
static int check_vrf(struct policy *policy, const struct rule *rule, struct error *error)
{
	const struct rule_list *list = policy_list(policy, AF_INET);
	bool any;
	char name[16];

	if (rule->own.given)
		return 0;
	if (!list->loaded && !policy_rules(policy, AF_INET, error))
		return -1;
	if (!list->l3mdev)
		return 0;
	if (vrf_of_class(policy->netlink, rule->class.value, name, error))
		return -1;
	if (!*name)
		return 0;
	if (find_l3mdev(policy, &any, error))
		return -1;
	if (!any)
		return 0;
	error_set(error, STATUS_GUARDED,
		"class %u is that of the VRF %s, whose packets the rule \"l3mdev\" routes, too",
		rule->class.value, name);
	return error_hint(error,
		"give the rule a record of its own (route gw ADDR dev DEV) instead of a class");
}

int realm_conflicts_class(struct policy *policy, const struct rule *rule, struct error *error)
{
	struct search search = {
		.class = rule->class.given ? rule->class.value : 0,
		.objects = {.size = sizeof(uint32_t)},
	};
	struct scope scope = {.family = AF_INET, .class = search.class};
	int status = check_vrf(policy, rule, error);

	if (rule->own.given)
		look_at_route(rule->own.record, &search);
	else if (!status)
		status = policy_each_route(policy, &scope, NULL, look_at_route, &search, error);
	scope.class = 0;
	if (!status && !search.own_realm && search.objects.count)
		status = policy_each_route(policy, &scope, NULL, look_at_other, &search, error);
	vector_free(&search.objects);
	if (!status && (search.own_realm || search.shared_object))
		status = refuse_route(&search, rule, error);
	arena_free(&search.arena);
	return status;
}

/* ---- a route to be added ---- */

struct coming {
	const struct vector *rules;
	const struct route *route;
	uint32_t class; /* another one with the same nexthop object; 0: none */
};

static bool is_tagged(const struct vector *rules, uint32_t class)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule_tag(rule) && rule->class.given && rule->class.value == class)
			return true;
	}
	return false;
}

static bool look_at_sharer(const void *record, void *context)
{
	struct coming *coming = context;
	const struct route *route = record;

	if (route->nexthop_id.given && route->nexthop_id.value == coming->route->nexthop_id.value &&
		route->class.value != coming->route->class.value &&
		(is_tagged(coming->rules, route->class.value) ||
			is_tagged(coming->rules, coming->route->class.value)))
		coming->class = route->class.value;
	return !coming->class;
}

int realm_conflicts_route(struct policy *policy, const struct route *route, struct error *error)
{
	const struct scope scope = {.family = AF_INET};
	struct coming coming = {.route = route};

	if (route->family != AF_INET || !(route_realms(route) || route->nexthop_id.given))
		return 0;
	coming.rules = policy_rules(policy, AF_INET, error);
	if (!coming.rules)
		return -1;
	if (route_realms(route) && is_tagged(coming.rules, route->class.value))
		return error_set(error, STATUS_GUARDED,
			"a rule of class %u translates by its realm, which a realm of the route "
			"would take the place of",
			route->class.value);
	if (route->nexthop_id.given &&
		policy_each_route(policy, &scope, NULL, look_at_sharer, &coming, error))
		return -1;
	if (!coming.class)
		return 0;
	return error_set(error, STATUS_GUARDED,
		"the nexthop object %u serves class %u, too, and a rule of one of them translates",
		route->nexthop_id.value, coming.class);
}
