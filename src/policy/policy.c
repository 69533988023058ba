/* Routes as they will be; rules are in rulebook.c. */
#include "policy/policy.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

void policy_free(struct policy *policy)
{
	rule_list_free(&policy->inet);
	rule_list_free(&policy->inet6);
	groups_free(&policy->routes);
	buffer_free(&policy->records);
	vector_free(&policy->owned);
	vector_free(&policy->scopes);
}

bool policy_keeps(const struct policy *policy, uint8_t family, uint32_t class)
{
	for (size_t i = 0; i < policy->scopes.count; i++) {
		const struct scope *scope = vector_at(&policy->scopes, i);

		if (scope->family == family && (!scope->class || scope->class == class))
			return true;
	}
	return false;
}

struct loading {
	struct policy *policy;
	uint8_t family;
};

static bool keep_route(const void *record, void *context)
{
	struct policy *policy = ((struct loading *)context)->policy;
	const struct route *route = record;
	uint32_t message;
	struct group *group;

	/* What was loaded with its class alone is there already. */
	if (policy_keeps(policy, route->family, route->class.value))
		return true;
	message = groups_keep_record(&policy->routes, &route_object, record);
	group = groups_of(&policy->routes, message);
	groups_put(&policy->routes, &group->now, message, false);
	return true;
}

int policy_load(struct policy *policy, uint8_t family, uint32_t class, struct error *error)
{
	struct scope scope = {.family = family, .class = class};
	struct loading loading = {.policy = policy, .family = family};

	if (!policy->routes.key)
		policy->routes = groups_new(group_key_kernel, 0);
	if (store_each(policy->netlink, &route_object, &scope, keep_route, &loading, NULL, error))
		return -1;
	policy->scopes.size = sizeof scope;
	vector_push(&policy->scopes, &scope);
	return 0;
}

struct walk {
	const struct groups *groups;
	bool (*each)(const void *record, void *context);
	void *context;
	struct arena arena;
	bool stopped;
};

static bool walk_group(const struct group *group, void *context)
{
	struct walk *walk = context;
	uint32_t at = group->now.first;

	for (; at && !walk->stopped; at = groups_entry(walk->groups, at)->next) {
		uint32_t message = groups_entry(walk->groups, at)->message;
		uint32_t number;
		struct route route = {0};

		if (fields_decode(&route_object, groups_message(walk->groups, message),
			    &walk->arena, &route))
			continue;
		number = groups_message(walk->groups, message)->nlmsg_pid;
		if (number)
			route.nexthop_id = (struct number){true, number};
		walk->stopped = !walk->each(&route, walk->context);
		arena_reset(&walk->arena);
	}
	return !walk->stopped;
}

static bool in_scope(const struct nlmsghdr *message, const struct scope *scope)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	uint32_t class = header->rtm_table;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == RTA_TABLE)
			class = mnl_attr_get_u32(attribute);
	}
	return header->rtm_family == scope->family && (!scope->class || scope->class == class);
}

/* Only those with the destination, by its hash. */
static void walk_near(struct policy *policy, const struct scope *scope,
	const struct prefix *destination, struct walk *walk)
{
	struct route probe = {
		.family = scope->family,
		.destination = *destination,
		.class = {true, scope->class},
	};
	struct nlmsghdr *message = buffer_reserve(&policy->records, MESSAGE_MAX);

	fields_encode(&route_object, &probe, route_object.type_new, 0, message);
	groups_near(&policy->routes, message, walk_group, walk);
}

int policy_each_route(struct policy *policy, const struct scope *scope,
	const struct prefix *destination, bool (*each)(const void *record, void *context),
	void *context, struct error *error)
{
	const struct groups *groups = &policy->routes;
	struct walk walk = {.groups = groups, .each = each, .context = context};

	if (!policy_keeps(policy, scope->family, scope->class))
		return store_each(
			policy->netlink, &route_object, scope, each, context, NULL, error);
	if (destination && scope->class) {
		walk_near(policy, scope, destination, &walk);
	} else {
		for (size_t i = 0; i < groups->groups.count && !walk.stopped; i++) {
			const struct group *group = vector_at(&groups->groups, i);

			if (in_scope(groups_message(groups, group->key), scope))
				walk_group(group, &walk);
		}
	}
	arena_free(&walk.arena);
	return 0;
}

/* The kernel replaces the first of equals, and in IPv6 knows no place before them. */
bool groups_change(struct groups *groups, enum operation operation, uint32_t message, bool is_inet6)
{
	struct group *group = groups_of(groups, message);
	bool first = groups_touch(groups, group);
	const struct nlmsghdr *bytes = groups_message(groups, message);
	bool replaces = operation == OPERATION_REPLACE || operation == OPERATION_CHANGE;

	if (operation == OPERATION_DELETE) {
		groups_take(groups, &group->now, bytes);
		return first;
	}
	if (replaces && group->now.first)
		groups_drop(groups, &group->now);
	groups_put(groups, &group->now, message,
		replaces || (operation == OPERATION_PREPEND && !is_inet6));
	groups_put(groups, &group->ours, message, false);
	return first;
}

bool policy_note_route(struct policy *policy, enum operation operation, const struct route *route)
{
	uint32_t message = groups_keep_record(&policy->routes, &route_object, route);

	return groups_change(&policy->routes, operation, message, route->family == AF_INET6);
}

bool policy_note_rule(struct policy *policy, enum operation operation, const struct rule *rule,
	const struct nlmsghdr *sent)
{
	struct rule_list *list = policy_list(policy, rule->family);

	if (!list->loaded)
		return false;
	rule_list_note(list, operation, rule,
		rule->preference.given ? rule->preference.value
				       : policy_default_preference(policy, rule->family),
		sent);
	return true;
}
