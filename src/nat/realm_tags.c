/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel stores the realm of a packet in the nexthop when the nexthop is first used. All routes
 * that share a nexthop (those of a class, of a nexthop object) share its realm, hence the
 * conditions here.
 */
#include "nat/realm_tags.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "nat/class_realms.h"
#include "nat/realm_conflicts.h"

struct realms {
	struct class_realms classes;
	struct vector left; /* uint32_t: classes from which rules with a realm were removed */
	bool read;          /* `taken` and `next` are filled */
	bool taken[REALM_LAST + 1];
	uint32_t next; /* where the search continues */
};

enum { CLASSES_FEW = 16 };

struct realms *realms_new(const struct vector *rules)
{
	struct realms *realms = memory_get(sizeof *realms);

	realms->left.size = sizeof(uint32_t);
	for (size_t i = 0; i < rules->count; i++)
		class_realms_add(&realms->classes, vector_at(rules, i));
	return realms;
}

void realms_free(struct realms *realms)
{
	if (!realms)
		return;
	class_realms_free(&realms->classes);
	vector_free(&realms->left);
	free(realms);
}

/* ---- classes ---- */

void realms_note_removal(struct realms *realms, const struct rule *rule)
{
	class_realms_remove(&realms->classes, rule);
	if (rule_tag(rule) && rule->class.given)
		vector_push(&realms->left, &rule->class.value);
}

void realms_note_change(struct realms *realms, const struct rule *rule)
{
	if (!rule_tag(rule) || !rule->class.given)
		return;
	class_realm(&realms->classes, rule->class.value)->unknown = true;
	vector_push(&realms->left, &rule->class.value);
}

static bool looks_up(const struct rule *rule, uint32_t class)
{
	return rule->class.given && rule->class.value == class;
}

static int look_again(
	struct transaction *transaction, struct realms *realms, uint32_t class, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);

	if (!rules)
		return -1;
	*class_realm(&realms->classes, class) = (struct class_realm){.class = class};
	for (size_t i = 0; i < rules->count; i++)
		if (looks_up(vector_at(rules, i), class))
			class_realms_add(&realms->classes, vector_at(rules, i));
	return 0;
}

/* ---- choosing ---- */

static void take(struct realms *realms, uint32_t both)
{
	realms->taken[both & 0xffff] = true;
	realms->taken[both >> 16] = true;
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

static bool has_class(const uint32_t *classes, size_t count, uint32_t class)
{
	for (size_t i = 0; i < count; i++)
		if (classes[i] == class)
			return true;
	return false;
}

/* A private class holds an own record, which can't have a realm of this program. So only the other
 * classes are read, one by one unless there are many. */
static int take_routes(struct policy *policy, const struct vector *rules, struct realms *realms,
	struct error *error)
{
	struct scope scope = {.family = AF_INET};
	uint32_t classes[CLASSES_FEW];
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (!rule->class.given || !rule->class.value ||
			rule->class.value >= CLASS_PRIVATE ||
			has_class(classes, count, rule->class.value))
			continue;
		if (count == CLASSES_FEW)
			return policy_each_route(policy, &scope, NULL, take_route, realms, error);
		classes[count++] = rule->class.value;
	}
	for (size_t i = 0; i < count; i++) {
		scope.class = classes[i];
		if (policy_each_route(policy, &scope, NULL, take_route, realms, error))
			return -1;
	}
	return 0;
}

static int find_taken(struct policy *policy, struct realms *realms, struct error *error)
{
	const struct vector *rules = policy_rules(policy, AF_INET, error);

	if (!rules)
		return -1;
	realms->read = true;
	realms->next = REALM_FIRST;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->realm.given)
			take(realms, rule->realm.value);
	}
	return take_routes(policy, rules, realms, error);
}

static int choose(
	struct policy *policy, struct realms *realms, uint32_t *realm, struct error *error)
{
	if (!realms->read && find_taken(policy, realms, error))
		return -1;
	while (realms->next <= REALM_LAST && realms->taken[realms->next])
		realms->next++;
	if (realms->next > REALM_LAST)
		return error_set(error, STATUS_GUARDED,
			"all %d realms for rules that translate are taken",
			REALM_LAST - REALM_FIRST + 1);
	*realm = realms->next++;
	return 0;
}

/* ---- the other rules of a class ---- */

/* Returns true if the new rule takes the place of this one: for the kernel they would be equal. */
static bool is_replaced(const struct rule *rule, const struct rule *coming)
{
	return coming && coming->preference.given &&
	       coming->preference.value == rule->preference.value &&
	       fields_same(&rule_object, rule, coming, FIELD_SELECTOR);
}

/* A rule that is made again, because its realm changes or that of an earlier rule does. */
struct remade {
	struct rule rule;
	bool changes;
};

/*
 * Copies the rules of a class with another realm, except realms that the user gave, and the rules
 * of the same preference after them, which must stay after them.
 */
static void collect(const struct vector *rules, uint32_t class, uint32_t realm,
	const struct rule *coming, struct vector *others)
{
	uint32_t preference = 0; /* that of the last one copied */
	bool copied = false;

	others->size = sizeof(struct remade);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct remade remade = {*rule, false};

		remade.changes = looks_up(rule, class) && rule_tag(rule) != realm &&
		                 !is_replaced(rule, coming) &&
		                 (!rule->realm.given || !rule->realm.value || rule_tag(rule));
		if (!remade.changes && (!copied || rule->preference.value != preference))
			continue;
		vector_push(others, &remade);
		preference = rule->preference.value;
		copied = true;
	}
}

/* Gives a realm of 0 explicitly, or the kernel would treat the rule as the existing one. A rule
 * that does not change exists twice for a moment. */
static void make_again(struct transaction *transaction, const struct remade *remade, uint32_t realm)
{
	struct rule changed = remade->rule;

	if (remade->changes) {
		changed.realm = (struct number){true, realm};
		changed.part.given = false;
	}
	transaction_add(transaction, remade->changes ? OPERATION_ADD : OPERATION_APPEND,
		&rule_object, &changed, NULL);
}

/*
 * Adds the rules with the other realm, then removes the old ones, the last first: the kernel
 * removes the first of equal rules, and at any time the first matching rule does the right thing.
 */
static int share(struct transaction *transaction, uint32_t class, uint32_t realm,
	const struct rule *coming, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);
	struct vector others = {0};

	if (!rules)
		return -1;
	collect(rules, class, realm, coming, &others);
	for (size_t i = 0; i < others.count; i++)
		make_again(transaction, vector_at(&others, i), realm);
	for (size_t i = others.count; i--;) {
		const struct rule *rule = &((const struct remade *)vector_at(&others, i))->rule;

		transaction_add(transaction, OPERATION_DELETE, &rule_object, rule, rule);
	}
	vector_free(&others);
	return 0;
}

int realm_share(
	struct transaction *transaction, uint32_t class, uint32_t realm, struct error *error)
{
	return share(transaction, class, realm, NULL, error);
}

int realm_give(struct transaction *transaction, struct rule *rule, struct realms *realms,
	struct error *error)
{
	struct policy *policy = &transaction->policy;
	bool translates = rule_translates(rule);
	struct class_realm known = {0};

	if (rule->class.given && rule->class.value) {
		known = *class_realm(&realms->classes, rule->class.value);
		if (known.unknown && look_again(transaction, realms, known.class, error))
			return -1;
		known = *class_realm(&realms->classes, rule->class.value);
	}
	if (translates && !known.clean && realm_conflicts_class(policy, rule, error))
		return -1;
	if (translates && known.class)
		class_realm(&realms->classes, known.class)->clean = true;
	if (translates && !known.realm && choose(policy, realms, &known.realm, error))
		return -1;
	if (translates && known.others && rule->retag.given) {
		if (share(transaction, known.class, known.realm, rule, error))
			return -1;
		class_realm(&realms->classes, known.class)->tagged += known.others;
		class_realm(&realms->classes, known.class)->others = 0;
	}
	if (known.realm && !rule->realm.given)
		rule->realm = (struct number){true, known.realm};
	class_realms_add(&realms->classes, rule);
	return 0;
}

/* A class from which rules with a realm were removed. */
struct left {
	uint32_t class;
	bool used;  /* rules look it up */
	bool needs; /* and need their realm */
};

static int compare_left(const void *a, const void *b)
{
	const struct left *left = a;
	const struct left *right = b;

	return left->class < right->class ? -1 : left->class > right->class;
}

/* Makes a sorted list of the classes, each once. */
static void collect_left(const struct vector *classes, struct vector *left)
{
	struct vector all = {.size = sizeof(struct left)};

	left->size = all.size;
	for (size_t i = 0; i < classes->count; i++)
		vector_push(&all, &(struct left){.class = *(uint32_t *)vector_at(classes, i)});
	vector_sort(&all, compare_left);
	for (size_t i = 0; i < all.count; i++)
		if (!i || compare_left(vector_at(&all, i - 1), vector_at(&all, i)))
			vector_push(left, vector_at(&all, i));
	vector_free(&all);
}

static void look_who_stays(const struct vector *rules, struct vector *left)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct left wanted = {.class = rule->class.given ? rule->class.value : 0};
		struct left *found = vector_find(left, &wanted, compare_left);

		if (!found)
			continue;
		found->used = true;
		found->needs |= rule_translates(rule) || rule->part.given;
	}
}

int realms_take(struct transaction *transaction, struct realms *realms, struct error *error)
{
	const struct vector *rules = NULL;
	struct vector left = {0};
	int status = 0;

	if (!realms->left.count)
		return 0;
	rules = policy_rules(&transaction->policy, AF_INET, error);
	if (!rules)
		return -1;
	collect_left(&realms->left, &left);
	look_who_stays(rules, &left);
	for (size_t i = 0; i < left.count && !status; i++) {
		const struct left *one = vector_at(&left, i);

		if (one->used && !one->needs)
			status = realm_share(transaction, one->class, 0, error);
	}
	realms->left.count = 0;
	vector_free(&left);
	return status;
}
