/*
 * A packet's realm is what the kernel noted when a nexthop was first used; whoever shares a nexthop
 * (the routes of a class, a nexthop object) shares that note. Hence the conditions here.
 */
#include "policy/realm.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/text.h"
#include "policy/bindings.h"
#include "policy/exact.h"
#include "policy/store.h"

struct realms_used {
	bool taken[REALM_LAST + 1];
	uint32_t next; /* where the search goes on */
};

void realms_free(struct realms_used *used)
{
	free(used);
}

/* ---- choosing ---- */

static void take(struct realms_used *used, uint32_t realms)
{
	used->taken[realms & 0xffff] = true;
	used->taken[realms >> 16] = true;
}

static bool take_route(const void *record, void *context)
{
	const struct route *route = record;

	if (route->realm.given)
		take(context, route->realm.value);
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->realm.given)
			take(context, nexthop->realm.value);
	}
	return true;
}

static int find_used(struct policy *policy, struct realms_used *used, struct error *error)
{
	const struct vector *rules = policy_rules(policy, AF_INET, error);
	struct scope scope = {.family = AF_INET};

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->realm.given)
			take(used, rule->realm.value);
	}
	return policy_each_route(policy, &scope, NULL, take_route, used, error);
}

static int choose(
	struct policy *policy, struct realms_used **used, uint32_t *realm, struct error *error)
{
	if (!*used) {
		*used = memory_get(sizeof **used);
		(*used)->next = REALM_FIRST;
		if (find_used(policy, *used, error))
			return -1;
	}
	while ((*used)->next <= REALM_LAST && (*used)->taken[(*used)->next])
		(*used)->next++;
	if ((*used)->next > REALM_LAST)
		return error_set(error, STATUS_GUARDED,
			"all %d realms for rules that translate are taken",
			REALM_LAST - REALM_FIRST + 1);
	*realm = (*used)->next++;
	return 0;
}

/* ---- the other rules of a class ---- */

static bool looks_up(const struct rule *rule, uint32_t class)
{
	return rule->class.given && rule->class.value == class;
}

/* The realm of the tool's that rules of the class have; 0: none. */
static uint32_t realm_of_class(const struct vector *rules, uint32_t class)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (looks_up(rule, class) && rule_tag(rule))
			return rule_tag(rule);
	}
	return 0;
}

/* The rule again, with another realm, and away with the old one: the new one first. */
static void change_realm(struct transaction *transaction, const struct rule *rule, uint32_t realm)
{
	struct rule changed = *rule;

	/* A realm of 0 is said, or the kernel takes the rule for the one that is there. */
	changed.realm = (struct number){true, realm};
	changed.part.given = false;
	transaction_add(transaction, OPERATION_ADD, &rule_object, &changed, NULL);
	transaction_add(transaction, OPERATION_DELETE, &rule_object, rule, rule);
}

/* Copies of the rules of a class whose realm is not this one; a realm of the user's own stays. */
static void collect(
	const struct vector *rules, uint32_t class, uint32_t realm, struct vector *others)
{
	others->size = sizeof(struct rule);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (looks_up(rule, class) && rule_tag(rule) != realm &&
			(!rule->realm.given || !rule->realm.value || rule_tag(rule)))
			vector_push(others, rule);
	}
}

static int change_others(
	struct transaction *transaction, uint32_t class, uint32_t realm, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);
	struct vector others = {0};

	if (!rules)
		return -1;
	collect(rules, class, realm, &others);
	for (size_t i = 0; i < others.count; i++)
		change_realm(transaction, vector_at(&others, i), realm);
	vector_free(&others);
	return 0;
}

int realm_give(struct transaction *transaction, struct rule *rule, struct realms_used **used,
	struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);
	uint32_t realm = 0;

	if (!rules)
		return -1;
	if (rule->class.given)
		realm = realm_of_class(rules, rule->class.value);
	if (!realm && !rule_translates(rule))
		return 0;
	if (rule_translates(rule) && realm_check_routes(&transaction->policy, rule, error))
		return -1;
	if (!realm && choose(&transaction->policy, used, &realm, error))
		return -1;
	if (rule_translates(rule) && rule->class.given && rule->retag.given &&
		change_others(transaction, rule->class.value, realm, error))
		return -1;
	if (!rule->realm.given)
		rule->realm = (struct number){true, realm};
	return 0;
}

int realm_take(struct transaction *transaction, uint32_t class, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (looks_up(other, class) && (rule_translates(other) || other->part.given))
			return 0;
	}
	return change_others(transaction, class, 0, error);
}

/* ---- routes ---- */

struct survey {
	uint32_t class;
	struct vector objects; /* uint32_t: nexthop objects of the class */
	struct route route;    /* the one in the way */
	bool own_realm, shared_object;
};

static void stop_at(struct survey *survey, const struct route *route, bool *why)
{
	survey->route = *route;
	/* What it points at does not outlive the dump. */
	survey->route.nexthops = (struct nexthops){0};
	*why = true;
}

static bool survey_class(const void *record, void *context)
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

static bool survey_others(const void *record, void *context)
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

static int refuse_route(const struct survey *survey, struct error *error)
{
	struct buffer text = {0};
	struct view view = {.numeric = true};
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "");
	struct route route = survey->route;

	route.device.given = false;
	writer_begin(writer);
	fields_render(writer, &route_object, &route, &view);
	writer_end(writer);
	writer_free(writer);
	if (text.length && text.data[text.length - 1] == '\n')
		text.length--;
	if (survey->own_realm)
		error_set(error, STATUS_GUARDED,
			"a route of class %u has a realm of its own, which takes the place of the "
			"rule's",
			survey->class);
	else
		error_set(error, STATUS_GUARDED,
			"a nexthop object of class %u serves another class, too, and packets take "
			"the realm of whichever was first",
			survey->class);
	error_hint(error,
		"in the way: %s\n"
		"    give the rule a record of its own (route gw ADDR dev DEV) instead of a class, "
		"or change that route",
		buffer_text(&text));
	buffer_free(&text);
	return -1;
}

int realm_check_routes(struct policy *policy, const struct rule *rule, struct error *error)
{
	struct survey survey = {
		.class = rule->class.given ? rule->class.value : 0,
		.objects = {.size = sizeof(uint32_t)},
	};
	struct scope scope = {.family = AF_INET, .class = survey.class};
	int status = 0;

	if (rule->own.given)
		survey_class(rule->own.record, &survey);
	else
		status = policy_each_route(policy, &scope, NULL, survey_class, &survey, error);
	scope.class = 0;
	if (!status && !survey.own_realm && survey.objects.count)
		status = policy_each_route(policy, &scope, NULL, survey_others, &survey, error);
	vector_free(&survey.objects);
	if (!status && (survey.own_realm || survey.shared_object))
		return refuse_route(&survey, error);
	return status;
}
