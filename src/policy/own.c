/* Private classes: found, and chosen. */
#include "policy/own.h"

#include <sys/socket.h>

#include "base/memory.h"
#include "field/walk.h"
#include "policy/store.h"

enum {
	FEW_CLASSES = 64, /* up to here each class is dumped alone; beyond, all routes at once */
};

struct owner {
	uint32_t class;
	size_t rule; /* index of the rule */
	unsigned int rules, routes;
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

/* The private classes of the rules of one family, by number. */
static void collect_owners(const struct vector *rules, uint8_t family, struct vector *owners)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->family == family && is_private(rule) && !rule->own.given)
			vector_push(owners, &(struct owner){.class = rule->class.value, .rule = i});
	}
	if (owners->count)
		qsort(owners->items, owners->count, sizeof(struct owner), compare_owners);
}

static struct owner *find_owner(const struct vector *owners, uint32_t class)
{
	struct owner key = {.class = class};

	if (!owners->count)
		return NULL;
	return bsearch(&key, owners->items, owners->count, sizeof key, compare_owners);
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

static bool attach_route(const void *record, void *context)
{
	struct attaching *attaching = context;
	const struct route *route = record;
	struct owner *owner = find_owner(attaching->owners, route->class.value);
	struct rule *rule;

	if (!owner)
		return true;
	rule = vector_at(attaching->rules, owner->rule);
	owner->routes++;
	rule->own.given = owner->routes == 1 && owner->rules == 1 && !route->destination.length;
	if (!rule->own.given)
		return true;
	rule->own.object = &route_object;
	rule->own.record = arena_copy(attaching->arena, route, sizeof *route);
	fields_keep(&route_object, rule->own.record, attaching->arena);
	return true;
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

struct lonely {
	uint32_t first, count;
	uint8_t *routes; /* of each class, up to 2: for IPv4, then for IPv6 */
	bool alone;
};

static bool count_route(const void *record, void *context)
{
	struct lonely *lonely = context;
	const struct route *route = record;
	uint32_t index = route->class.value - lonely->first;

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

/* One more than the highest that a rule uses: numbers are plenty. */
uint32_t own_candidate(const struct vector *rules)
{
	uint32_t highest = CLASS_PRIVATE - 1;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (is_private(rule) && rule->class.value > highest)
			highest = rule->class.value;
	}
	return highest < UINT32_MAX ? highest + 1 : CLASS_PRIVATE;
}

void own_assign(struct rule *rule, uint32_t class)
{
	struct route *route = rule->own.record;

	rule->class = (struct number){true, class};
	route->class = rule->class;
	/*
	 * The kernel looks for equals of an IPv4 route among those of its device, metric, protocol,
	 * scope and source, whatever the table (fib_find_info() in net/ipv4/fib_semantics.c): with
	 * one metric for all, 100,000 private classes take it minutes.
	 */
	if (route->family == AF_INET && !route->metric.given)
		route->metric = rule->class;
}
