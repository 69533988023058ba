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
#include "nat/realm_conflicts.h"

/* Realms of the rules of one class. */
struct class_realm {
	uint32_t class; /* 0: a free slot */
	uint32_t realm; /* a realm of this program; 0: none */
	bool untagged;  /* there may be rules without it */
	bool unknown;   /* rules were removed: must be read again */
};

struct realms {
	struct class_realm *classes; /* a hash table; its size is a power of two */
	size_t size, count;
	bool read; /* `taken` and `next` are filled */
	bool taken[REALM_LAST + 1];
	uint32_t next; /* where the search continues */
};

enum { CLASSES_FIRST = 64, CLASSES_FEW = 16 };

void realms_free(struct realms *realms)
{
	if (!realms)
		return;
	free(realms->classes);
	free(realms);
}

/* ---- classes ---- */

static struct class_realm *find_slot(const struct realms *realms, uint32_t class)
{
	size_t at = class * 0x9e3779b1U & (realms->size - 1);

	while (realms->classes[at].class && realms->classes[at].class != class)
		at = (at + 1) & (realms->size - 1);
	return &realms->classes[at];
}

static void grow(struct realms *realms)
{
	struct class_realm *old = realms->classes;
	size_t size = realms->size;

	realms->size = size ? size * 2 : CLASSES_FIRST;
	realms->classes = memory_get(realms->size * sizeof *old);
	for (size_t i = 0; i < size; i++)
		if (old[i].class)
			*find_slot(realms, old[i].class) = old[i];
	free(old);
}

static struct class_realm *class_realm(struct realms *realms, uint32_t class)
{
	struct class_realm *slot;

	if (realms->count * 2 >= realms->size)
		grow(realms);
	slot = find_slot(realms, class);
	realms->count += !slot->class;
	slot->class = class;
	return slot;
}

static void note_rule(struct realms *realms, const struct rule *rule)
{
	struct class_realm *slot;

	if (!rule->class.given || !rule->class.value)
		return;
	slot = class_realm(realms, rule->class.value);
	if (!rule_tag(rule))
		slot->untagged = true;
	else if (!slot->realm)
		slot->realm = rule_tag(rule);
	slot->untagged |= slot->realm && rule_tag(rule) != slot->realm;
}

struct realms *realms_new(const struct vector *rules)
{
	struct realms *realms = memory_get(sizeof *realms);

	grow(realms);
	for (size_t i = 0; i < rules->count; i++)
		note_rule(realms, vector_at(rules, i));
	return realms;
}

void realms_note_removal(struct realms *realms, uint32_t class)
{
	class_realm(realms, class)->unknown = true;
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
	*class_realm(realms, class) = (struct class_realm){.class = class};
	for (size_t i = 0; i < rules->count; i++)
		if (looks_up(vector_at(rules, i), class))
			note_rule(realms, vector_at(rules, i));
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
		known = *class_realm(realms, rule->class.value);
		if (known.unknown && look_again(transaction, realms, known.class, error))
			return -1;
		known = *class_realm(realms, rule->class.value);
	}
	if (translates && realm_conflicts_class(policy, rule, error))
		return -1;
	if (translates && !known.realm && choose(policy, realms, &known.realm, error))
		return -1;
	if (translates && known.untagged && rule->retag.given) {
		if (share(transaction, known.class, known.realm, rule, error))
			return -1;
		class_realm(realms, known.class)->untagged = false;
	}
	if (known.realm && !rule->realm.given)
		rule->realm = (struct number){true, known.realm};
	note_rule(realms, rule);
	return 0;
}

static int take_back(struct transaction *transaction, uint32_t class, struct error *error)
{
	const struct vector *rules = policy_rules(&transaction->policy, AF_INET, error);

	if (!rules)
		return -1;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (looks_up(other, class) && (rule_translates(other) || other->part.given))
			return 0;
	}
	return realm_share(transaction, class, 0, error);
}

int realms_take(struct transaction *transaction, struct vector *classes, struct error *error)
{
	int status = 0;

	for (size_t i = 0; i < classes->count && !status; i++)
		status = take_back(transaction, *(uint32_t *)vector_at(classes, i), error);
	classes->count = 0;
	return status;
}
