/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks existing rules with exact.h and realm_conflicts.h. */
#include "nat/inexact.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/hash_table.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "nat/class_realms.h"
#include "nat/exact.h"
#include "nat/realm_conflicts.h"

/* `classes`: notes those whose routes are in no rule's way. */
static int check(struct policy *policy, const struct exact_index *index, size_t at,
	struct class_realms *classes, struct error *error)
{
	const struct rule *rule = vector_at(index->rules, at);
	uint32_t class = rule->class.given ? rule->class.value : 0;

	if (exact_check(index, at, error))
		return -1;
	/* A private class has only the route that this program put there. */
	if (rule->family != AF_INET || !class || class >= CLASS_PRIVATE ||
		class_realm(classes, class)->clean)
		return 0;
	if (realm_conflicts_class(policy, rule, error))
		return -1;
	class_realm(classes, class)->clean = true;
	return 0;
}

/* Returns true if the rule is the wanted one, even if its action differs. */
static bool is_there(const struct rule *rule, const struct rule *wanted)
{
	return rule->preference.value == wanted->preference.value &&
	       rule_tag(rule) == rule_tag(wanted) &&
	       fields_same(&rule_object, rule, wanted, FIELD_SELECTOR);
}

/* ---- one rule ---- */

struct looking {
	const struct rule *there;
	struct rule *found;
	bool any;
};

static void look_at(const struct rule *rule, void *context)
{
	struct looking *looking = context;

	if (looking->any || !is_there(rule, looking->there))
		return;
	*looking->found = *rule;
	looking->any = true;
}

int rule_find_there(struct policy *policy, const struct rule *there, struct arena *arena,
	struct rule *found, struct error *error)
{
	struct looking looking = {.there = there, .found = found};

	if (policy_each_rule(policy, there, NEIGHBOURS_ALIKE, arena, look_at, &looking, error))
		return -1;
	/* Its message may have been another one: an absent selector, one that matches all. */
	if (!looking.any &&
		policy_each_rule(policy, there, NEIGHBOURS_ALL, arena, look_at, &looking, error))
		return -1;
	return looking.any ? 0 : error_set(error, STATUS_NO, "the rule is gone");
}

/* The rules of a family at one time, so that they are read once for many lines. */
struct reading {
	bool done;
	size_t changes;      /* of the policy, until then */
	struct vector rules; /* struct rule */
	struct arena arena;
	struct exact_index index;
	struct hash_table places; /* indexes of the translating rules, by hash_rule() */
};

/* The context of a participant that only remembers. */
struct readings {
	struct reading inet, inet6;
	struct class_realms classes;
};

static uint64_t hash_prefix(uint64_t hash, const struct prefix *prefix)
{
	uint64_t words[2] = {0};

	if (prefix->given && prefix->length)
		memcpy(words, prefix->bytes, address_size(prefix->family));
	return hash_word(hash_word(hash, words[0]), words[1]);
}

/* Rules that is_there() takes for the same have the same hash. */
static uint32_t hash_rule(const struct rule *rule)
{
	uint64_t hash = hash_word(rule_tag(rule), rule->preference.value);

	hash = hash_prefix(hash_prefix(hash, &rule->source), &rule->destination);
	if (rule->input.given)
		hash = hash_words(hash, rule->input.name, sizeof rule->input.name);
	return (uint32_t)(hash >> 32);
}

static void forget(struct reading *reading)
{
	if (reading->done)
		exact_index_free(&reading->index);
	vector_free(&reading->rules);
	arena_free(&reading->arena);
	hash_table_free(&reading->places);
	*reading = (struct reading){0};
}

static void readings_free(void *context)
{
	struct readings *readings = context;

	forget(&readings->inet);
	forget(&readings->inet6);
	class_realms_free(&readings->classes);
	free(readings);
}

static const struct participant participant = {.free = readings_free};

static struct readings *readings_of(struct transaction *transaction)
{
	struct readings *readings = transaction_participation(transaction, &participant);

	if (readings)
		return readings;
	readings = memory_get(sizeof *readings);
	transaction_join(transaction, &participant, readings);
	return readings;
}

/* Copies the rules: those of the policy are made anew when it changes. */
static int read_rules(
	struct policy *policy, uint8_t family, struct reading *reading, struct error *error)
{
	const struct vector *rules = policy_rules_whole(policy, family, error);

	if (!rules)
		return -1;
	forget(reading);
	reading->done = true;
	reading->changes = policy_list(policy, family)->changes;
	reading->rules.size = sizeof(struct rule);
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = vector_push(&reading->rules, vector_at(rules, i));

		fields_keep(&rule_object, rule, &reading->arena);
		if (rule_translates(rule))
			hash_table_add(&reading->places, hash_rule(rule), (uint32_t)i);
	}
	exact_index_make(&reading->index, &reading->rules);
	return 0;
}

/* Sets *found if the rule is there. */
static int check_there(struct policy *policy, const struct reading *reading,
	const struct rule *wanted, struct class_realms *classes, bool *found, struct error *error)
{
	const uint32_t *at;
	size_t place = 0;

	*found = false;
	while ((at = hash_table_next(&reading->places, hash_rule(wanted), &place))) {
		if (!is_there(vector_at(&reading->rules, *at), wanted))
			continue;
		*found = true;
		if (check(policy, &reading->index, *at, classes, error))
			return -1;
	}
	return 0;
}

/*
 * What the transaction itself makes inexact, conditions.h refuses at its end. So the rules need not
 * be read again after each change: only where they were inexact, or where the rule must be known.
 */
int inexact_check(
	struct transaction *transaction, const struct rule *rule, bool retag, struct error *error)
{
	struct policy *policy = &transaction->policy;
	struct readings *readings = readings_of(transaction);
	struct reading *reading = rule->family == AF_INET6 ? &readings->inet6 : &readings->inet;
	const struct rule wanted = *rule;
	bool found;
	int status;

	if (!reading->done && read_rules(policy, wanted.family, reading, error))
		return -1;
	status = check_there(policy, reading, &wanted, &readings->classes, &found, error);
	if (reading->changes == policy_list(policy, wanted.family)->changes ||
		(!status && (found || !retag)))
		return status;
	if (read_rules(policy, wanted.family, reading, error))
		return -1;
	return check_there(policy, reading, &wanted, &readings->classes, &found, error);
}

/* ---- all rules ---- */

static bool any_translates(const struct vector *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rule_translates(vector_at(rules, i)))
			return true;
	return false;
}

void inexact_find(struct netlink *netlink, const struct vector *rules,
	void (*each)(const struct rule *rule, const struct error *why, void *context),
	void *context)
{
	struct policy policy = {.netlink = netlink};
	struct class_realms classes = {0};
	size_t end;

	for (size_t first = 0; first < rules->count; first = end) {
		struct vector run = *rules;
		struct exact_index index;
		struct error why;

		for (end = first; end < rules->count; end++)
			if (((const struct rule *)vector_at(rules, end))->family !=
				((const struct rule *)vector_at(rules, first))->family)
				break;
		run.items = vector_at(rules, first);
		run.count = end - first;
		if (!any_translates(&run))
			continue;
		exact_index_make(&index, &run);
		for (size_t i = 0; i < run.count; i++) {
			why = (struct error){.status = STATUS_DONE};
			if (rule_translates(vector_at(&run, i)) &&
				check(&policy, &index, i, &classes, &why))
				each(vector_at(&run, i), &why, context);
		}
		exact_index_free(&index);
	}
	class_realms_free(&classes);
	policy_free(&policy);
}
