/* Private classes: found, claimed and released. */
#include "policy/own.h"

#include <errno.h>

#include <sys/socket.h>

#include "base/error.h"
#include "policy/store.h"
#include "policy/transaction.h"

enum {
	FEW_CLASSES = 64, /* up to here each class is dumped alone; beyond, all routes at once */
	CLAIM_ATTEMPTS = 1000,
};

struct owner {
	uint32_t class;
	size_t rule; /* index of the rule */
	unsigned int rules, routes;
	bool is_default;
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

/* The private classes of the rules of one family, by number, each once. */
static void collect_owners(const struct vector *rules, uint8_t family, struct vector *owners)
{
	size_t kept = 0;
	struct owner *owner;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->family == family && is_private(rule))
			vector_push(owners,
				&(struct owner){.class = rule->class.value, .rule = i, .rules = 1});
	}
	if (owners->count)
		qsort(owners->items, owners->count, sizeof(struct owner), compare_owners);
	owner = owners->items;
	for (size_t i = 0; i < owners->count; i++) {
		if (kept && owner[kept - 1].class == owner[i].class)
			owner[kept - 1].rules++;
		else
			owner[kept++] = owner[i];
	}
	owners->count = kept;
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
	struct owner key = {.class = route->class.value};
	struct owner *owner;
	struct rule *rule;

	if (key.class < CLASS_PRIVATE)
		return true;
	owner = bsearch(&key, attaching->owners->items, attaching->owners->count, sizeof key,
		compare_owners);
	if (!owner)
		return true;
	rule = vector_at(attaching->rules, owner->rule);
	owner->routes++;
	rule->own.given = owner->routes == 1 && owner->rules == 1 && !route->destination.length;
	if (!rule->own.given)
		return true;
	rule->own.object = &route_object;
	rule->own.record = arena_copy(attaching->arena, route, sizeof *route);
	return true;
}

static int attach_family(struct netlink *netlink, struct vector *rules, uint8_t family,
	struct arena *arena, struct error *error)
{
	struct vector owners = {.size = sizeof(struct owner)};
	struct attaching attaching = {rules, &owners, arena};
	struct scope scope = {.family = family};
	int status = 0;

	collect_owners(rules, family, &owners);
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

int own_attach(
	struct netlink *netlink, struct vector *rules, struct arena *arena, struct error *error)
{
	if (attach_family(netlink, rules, AF_INET, arena, error))
		return -1;
	return attach_family(netlink, rules, AF_INET6, arena, error);
}

static int change_record(struct netlink *netlink, enum operation operation, const struct rule *rule,
	const struct words *words, int *number, struct error *error)
{
	struct transaction transaction = {0};
	int status;

	transaction_add(&transaction, operation, &route_object, rule->own.record,
		operation == OPERATION_DELETE ? rule->own.record : NULL, words, rule->own.origin);
	status = transaction_commit(&transaction, netlink, number, error);
	transaction_free(&transaction);
	return status;
}

int own_release(struct netlink *netlink, const struct rule *rule, struct error *error)
{
	return change_record(netlink, OPERATION_DELETE, rule, NULL, NULL, error);
}

static bool count_route(const void *record, void *context)
{
	(void)record;
	return ++*(unsigned int *)context < 2;
}

/* Somebody else may have put a route of another metric there at the same moment. */
static int is_alone(
	struct netlink *netlink, const struct rule *rule, bool *alone, struct error *error)
{
	struct scope scope = {.family = rule->family, .class = rule->class.value};
	unsigned int routes = 0;

	if (store_each(netlink, &route_object, &scope, count_route, &routes, NULL, error))
		return -1;
	*alone = routes < 2;
	return 0;
}

/* One more than the highest that a rule uses: numbers are plenty. */
static uint32_t first_candidate(const struct vector *rules)
{
	uint32_t highest = CLASS_PRIVATE - 1;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (is_private(rule) && rule->class.value > highest)
			highest = rule->class.value;
	}
	return highest < UINT32_MAX - CLAIM_ATTEMPTS ? highest + 1 : CLASS_PRIVATE;
}

int own_claim(struct netlink *netlink, struct rule *rule, const struct vector *rules,
	const struct words *words, struct error *error)
{
	struct route *route = rule->own.record;
	uint32_t candidate = first_candidate(rules);

	for (int i = 0; i < CLAIM_ATTEMPTS; i++, candidate++) {
		int number = 0;
		bool alone;

		rule->class = (struct number){true, candidate};
		route->class = rule->class;
		if (change_record(netlink, OPERATION_ADD, rule, words, &number, error)) {
			if (number == EEXIST)
				continue;
			return -1;
		}
		if (is_alone(netlink, rule, &alone, error))
			return -1;
		if (alone)
			return 0;
		if (own_release(netlink, rule, error))
			return -1;
	}
	return error_set(error, STATUS_GUARDED,
		"no private class is free from %u on: other programs use them",
		first_candidate(rules));
}
