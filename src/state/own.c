/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the own records of rules, and chooses private classes. */
#include "state/own.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "field/walk.h"
#include "state/store.h"

enum {
	FEW_CLASSES = 64, /* up to this number, each class is dumped by itself; beyond, all routes
	                     at once */
};

struct owner {
	uint32_t class;
	size_t rule; /* index of the rule */
	unsigned int rules, routes;
	bool marked;
};

static int compare_owners(const void *a, const void *b)
{
	const struct owner *left = a;
	const struct owner *right = b;

	return left->class < right->class ? -1 : left->class > right->class;
}

static bool is_private(const struct rule *rule)
{
	return rule->class.given && rule->class.value >= CLASS_PRIVATE;
}

/* Collects the private classes of the rules of one family, by number. */
static void collect_owners(const struct vector *rules, uint8_t family, struct vector *owners)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->family == family && is_private(rule) && !rule->own.given &&
			!rule->gone.given)
			vector_push(owners, &(struct owner){.class = rule->class.value, .rule = i});
	}
	vector_sort(owners, compare_owners);
}

static struct owner *find_owner(const struct vector *owners, uint32_t class)
{
	struct owner key = {.class = class};

	return vector_find(owners, &key, compare_owners);
}

static void count_rules(const struct vector *all, uint8_t family, const struct vector *owners)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct rule *rule = vector_at(all, i);
		struct owner *owner = NULL;

		if (rule->family == family && is_private(rule))
			owner = find_owner(owners, rule->class.value);
		if (owner)
			owner->rules++;
	}
}

struct attaching {
	struct vector *rules;
	struct vector *owners;
	struct arena *arena;
};

void own_copy(struct rule *rule, const struct rule *known)
{
	rule->own = known->own;
	rule->only = known->only;
	rule->marked = known->marked;
	rule->gone = known->gone;
}

struct route own_marker(const struct rule *rule)
{
	return (struct route){
		.family = rule->family,
		.type = {true, rule->only.given ? RTN_UNREACHABLE : RTN_THROW},
		.destination = {.given = true, .family = rule->family},
		.class = rule->class,
		.protocol = {true, RTPROT_BOOT},
		.metric = {true, rule->class.value + MARKER_METRIC},
	};
}

bool own_is_marker(const struct route *route)
{
	return route->class.value >= CLASS_PRIVATE && !route->destination.length &&
	       route->metric.value == route->class.value + MARKER_METRIC &&
	       (route->type.value == RTN_UNREACHABLE || route->type.value == RTN_THROW);
}

static bool attach_route(const void *record, void *context)
{
	struct attaching *attaching = context;
	const struct route *route = record;
	struct owner *owner = find_owner(attaching->owners, route->class.value);
	struct rule *rule;

	if (!owner)
		return true;
	rule = vector_at(attaching->rules, owner->rule);
	if (own_is_marker(route)) {
		owner->marked = true;
		rule->only.given = route->type.value == RTN_UNREACHABLE;
		return true;
	}
	owner->routes++;
	if (route->destination.length || owner->routes > 1)
		return true;
	rule->own.object = &route_object;
	rule->own.record = arena_copy(attaching->arena, route, sizeof *route);
	fields_keep(&route_object, rule->own.record, attaching->arena);
	return true;
}

/* Older versions made no marker: the metric is the number of the class. */
static bool is_unmarked(const struct rule *rule)
{
	const struct route *route = rule->own.record;

	return route && rule->family == AF_INET && route->metric.value == rule->class.value;
}

static void conclude(struct rule *rule, const struct owner *owner)
{
	bool sole = owner->rules == 1;
	bool has_record = rule->own.record && owner->routes == 1;

	rule->marked.given = sole && owner->marked;
	rule->own.given = sole && has_record && (owner->marked || is_unmarked(rule));
	rule->gone.given = rule->marked.given && !owner->routes;
	rule->only.given &= rule->marked.given;
}

static int attach_family(struct netlink *netlink, struct vector *rules, const struct vector *all,
	uint8_t family, struct arena *arena, struct error *error)
{
	struct vector owners = {.size = sizeof(struct owner)};
	struct attaching attaching = {rules, &owners, arena};
	struct scope scope = {.family = family};
	int status = 0;

	collect_owners(rules, family, &owners);
	count_rules(all, family, &owners);
	if (owners.count > FEW_CLASSES) {
		status = store_each(
			netlink, &route_object, &scope, attach_route, &attaching, NULL, error);
	} else {
		for (size_t i = 0; i < owners.count && !status; i++) {
			scope.class = ((struct owner *)vector_at(&owners, i))->class;
			status = store_each(netlink, &route_object, &scope, attach_route,
				&attaching, NULL, error);
		}
	}
	for (size_t i = 0; i < owners.count && !status; i++) {
		const struct owner *owner = vector_at(&owners, i);

		conclude(vector_at(rules, owner->rule), owner);
	}
	vector_free(&owners);
	return status;
}

int own_attach(struct netlink *netlink, struct vector *rules, const struct vector *all,
	struct arena *arena, struct error *error)
{
	if (attach_family(netlink, rules, all, AF_INET, arena, error))
		return -1;
	return attach_family(netlink, rules, all, AF_INET6, arena, error);
}

int own_load_rules(struct netlink *netlink, uint8_t family, struct vector *rules,
	struct arena *arena, bool *interrupted, struct error *error)
{
	struct scope scope = {.family = family};

	if (store_load(netlink, &rule_object, &scope, rules, arena, interrupted, error))
		return -1;
	return own_attach(netlink, rules, rules, arena, error);
}

static bool find_marker(const void *record, void *context)
{
	bool *own = context;

	*own = own_is_marker(record);
	return !*own;
}

int own_has_marker(
	struct netlink *netlink, uint8_t family, uint32_t class, bool *own, struct error *error)
{
	struct scope scope = {.family = family, .class = class};

	*own = false;
	if (class < CLASS_PRIVATE)
		return 0;
	return store_each(netlink, &route_object, &scope, find_marker, own, NULL, error);
}

struct lonely {
	uint32_t first, count;
	uint8_t *routes; /* number of routes of each class, at most 2: IPv4 classes, then IPv6
	                    classes */
	bool alone;
};

static bool count_route(const void *record, void *context)
{
	struct lonely *lonely = context;
	const struct route *route = record;
	uint32_t index = route->class.value - lonely->first;

	if (own_is_marker(route))
		return true;
	if (index < lonely->count && lonely->routes[2 * index + (route->family == AF_INET6)]++)
		lonely->alone = false;
	return lonely->alone;
}

int own_alone(
	struct netlink *netlink, uint32_t first, uint32_t count, bool *alone, struct error *error)
{
	struct lonely lonely = {
		.first = first,
		.count = count,
		.routes = memory_get((size_t)count * 2),
		.alone = true,
	};
	struct scope scope = {0};
	int status = 0;

	if (count > FEW_CLASSES) {
		status = store_each(
			netlink, &route_object, &scope, count_route, &lonely, NULL, error);
	} else {
		for (uint32_t i = 0; i < count && !status && lonely.alone; i++) {
			scope.class = first + i;
			status = store_each(
				netlink, &route_object, &scope, count_route, &lonely, NULL, error);
		}
	}
	free(lonely.routes);
	*alone = lonely.alone;
	return status;
}

/* Takes the number after the highest one in use: there are plenty. */
uint32_t own_candidate(const struct vector *rules)
{
	uint32_t highest = CLASS_PRIVATE - 1;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (is_private(rule) && rule->class.value > highest &&
			rule->class.value <= OWN_CLASS_LAST)
			highest = rule->class.value;
	}
	return highest < OWN_CLASS_LAST ? highest + 1 : CLASS_PRIVATE;
}

void own_assign(struct rule *rule, uint32_t class)
{
	struct route *route = rule->own.record;

	rule->class = (struct number){true, class};
	route->class = rule->class;
	/*
	 * The kernel searches for an equal nexthop of an IPv4 route among those with its device,
	 * metric, protocol, scope and source, in any table (fib_find_info() in
	 * net/ipv4/fib_semantics.c). With one metric for all, 100,000 private classes would take
	 * minutes.
	 */
	if (route->family == AF_INET && !route->metric.given)
		route->metric = rule->class;
}
