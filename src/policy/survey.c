/* Routes with realms of their own, nexthop objects of several classes, VRFs. */
#include "policy/survey.h"

#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/vrf.h"
#include "output/text.h"

struct survey {
	uint32_t class;
	struct vector objects; /* uint32_t: nexthop objects of the class */
	struct arena arena;    /* of it */
	struct route route;    /* the one in the way */
	bool own_realm, shared_object;
};

static void stop_at(struct survey *survey, const struct route *route, bool *why)
{
	survey->route = *route;
	fields_keep(&route_object, &survey->route, &survey->arena);
	*why = true;
}

static bool look_at_route(const void *record, void *context)
{
	struct survey *survey = context;
	const struct route *route = record;
	uint32_t realm = route->realm.given ? route->realm.value : 0;

	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->realm.given)
			realm |= nexthop->realm.value;
	}
	if (realm)
		stop_at(survey, route, &survey->own_realm);
	if (route->nexthop_id.given)
		vector_push(&survey->objects, &route->nexthop_id.value);
	return !realm;
}

static bool look_at_other(const void *record, void *context)
{
	struct survey *survey = context;
	const struct route *route = record;

	if (!route->nexthop_id.given || route->class.value == survey->class)
		return true;
	for (size_t i = 0; i < survey->objects.count; i++) {
		if (*(uint32_t *)vector_at(&survey->objects, i) != route->nexthop_id.value)
			continue;
		stop_at(survey, route, &survey->shared_object);
		return false;
	}
	return true;
}

static int refuse_route(const struct survey *survey, const struct rule *rule, struct error *error)
{
	struct buffer text = {0};
	struct view view = {.numeric = true};
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "");
	struct route route = survey->route;

	/* Names of devices are the session's. */
	route.device.given = false;
	for (struct nexthops_item *item = route.nexthops.first; item; item = item->next)
		((struct nexthop *)item->record)->device.given = false;
	writer_begin(writer);
	fields_render(writer, &route_object, &route, &view);
	writer_end(writer);
	writer_free(writer);
	if (text.length && text.data[text.length - 1] == '\n')
		text.length--;
	if (survey->own_realm)
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

/* Only where a rule looks up the classes of VRFs. */
static int check_vrf(struct policy *policy, const struct rule *rule, struct error *error)
{
	const struct vector *rules = policy_rules(policy, AF_INET, error);
	bool used = false;
	char name[16];

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++)
		used |= ((const struct rule *)vector_at(rules, i))->l3mdev.given;
	if (!used || rule->own.given)
		return 0;
	if (vrf_of_class(policy->netlink, rule->class.value, name, error))
		return -1;
	if (!*name)
		return 0;
	error_set(error, STATUS_GUARDED,
		"class %u is that of the VRF %s, whose packets the rule \"l3mdev\" routes, too",
		rule->class.value, name);
	return error_hint(error,
		"give the rule a record of its own (route gw ADDR dev DEV) instead of a class");
}

int survey_class(struct policy *policy, const struct rule *rule, struct error *error)
{
	struct survey survey = {
		.class = rule->class.given ? rule->class.value : 0,
		.objects = {.size = sizeof(uint32_t)},
	};
	struct scope scope = {.family = AF_INET, .class = survey.class};
	int status = check_vrf(policy, rule, error);

	if (rule->own.given)
		look_at_route(rule->own.record, &survey);
	else if (!status)
		status = policy_each_route(policy, &scope, NULL, look_at_route, &survey, error);
	scope.class = 0;
	if (!status && !survey.own_realm && survey.objects.count)
		status = policy_each_route(policy, &scope, NULL, look_at_other, &survey, error);
	vector_free(&survey.objects);
	if (!status && (survey.own_realm || survey.shared_object))
		status = refuse_route(&survey, rule, error);
	arena_free(&survey.arena);
	return status;
}

/* ---- a route that is to come ---- */

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

static bool has_realm(const struct route *route)
{
	bool found = route->realm.given && route->realm.value;

	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		found |= nexthop->realm.given && nexthop->realm.value;
	}
	return found;
}

int survey_route(struct policy *policy, const struct route *route, struct error *error)
{
	const struct scope scope = {.family = AF_INET};
	struct coming coming = {.route = route};

	if (route->family != AF_INET || !(has_realm(route) || route->nexthop_id.given))
		return 0;
	coming.rules = policy_rules(policy, AF_INET, error);
	if (!coming.rules)
		return -1;
	if (has_realm(route) && is_tagged(coming.rules, route->class.value))
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
