/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nftables part of a transaction: decides what nftables must contain; nat/tables.c writes
 * it. */
#include "nat/translation.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "change/rule_change.h"
#include "nat/concern.h"
#include "nat/conditions.h"
#include "nat/entries.h"
#include "nat/forgetting.h"
#include "nat/incremental.h"
#include "nat/inexact.h"
#include "nat/nat_routes.h"
#include "nat/partial.h"
#include "nat/realm_tags.h"
#include "nat/tables.h"
#include "state/bindings.h"

struct translation {
	struct transaction *transaction;
	bool begun;           /* the transaction has an nftables part: the members below are in
	                         use */
	struct error failure; /* why it could not start; status 0: it started or was not needed */
	struct nat_routes nat_routes;
	bool tidied; /* translation_tidy() has run */
	struct concern concern;
	struct incremental delta; /* if on, `tables` is read only once all changes are known */
	struct policy *policy;
	struct tables tables;
	struct vector wanted; /* struct nft_entry: the entries after the transaction */
	struct conditions conditions;
	struct realms *realms;
};

static const uint8_t families[] = {AF_INET, AF_INET6};

static void translation_free(void *context)
{
	struct translation *translation = context;

	nat_routes_free(&translation->nat_routes);
	tables_close(&translation->tables);
	vector_free(&translation->wanted);
	conditions_free(&translation->conditions);
	incremental_free(&translation->delta);
	realms_free(translation->realms);
	free(translation);
}

/* ---- reading ---- */

static int load(struct translation *translation, struct error *error)
{
	if (tables_open(&translation->tables, &translation->policy->bindings, error) ||
		nat_routes_load(&translation->nat_routes, translation->policy, error))
		return -1;
	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules =
			policy_rules_whole(translation->policy, families[i], error);

		if (!rules || conditions_note(&translation->conditions, rules,
				      &translation->tables.broken, error))
			return -1;
		tables_order(&translation->tables, rules);
		if (families[i] == AF_INET && !translation->realms)
			translation->realms = realms_new(rules);
	}
	return 0;
}

/* Leaves the mode for a few rules. */
static int widen(struct translation *translation, struct error *error)
{
	if (!translation->delta.on)
		return 0;
	translation->delta.on = false;
	return load(translation, error);
}

/* ---- deciding ---- */

static int check(void *context, struct error *error)
{
	struct translation *translation = context;
	struct entry_index known;
	int status = 0;

	if (!translation->begun)
		return 0;
	translation->wanted.size = sizeof(struct nft_entry);
	translation->wanted.count = 0;
	if (translation->delta.on && incremental_open(&translation->delta, translation->policy,
					     &translation->tables, &translation->wanted))
		return 0;
	if (widen(translation, error))
		return -1;
	translation->wanted.count = 0;
	entry_index_make(&known, &translation->tables.first);
	nat_routes_entries(&translation->nat_routes, &known, &translation->wanted);
	for (size_t i = 0; !status && i < sizeof families; i++)
		status = conditions_check(&translation->conditions, translation->transaction,
			families[i], &known, &translation->wanted, error);
	entry_index_free(&known);
	if (!status)
		incremental_stamp(&translation->tables.stamp,
			policy_rules(translation->policy, AF_INET, error), &translation->wanted);
	return status;
}

/* ---- writing ---- */

/* If other programs changed what was read of nftables, reads all of it and writes again. */
static int write_wanted(struct translation *translation,
	int (*write)(struct tables *, const struct vector *, struct error *), struct error *error)
{
	if (!write(&translation->tables, &translation->wanted, error))
		return 0;
	if (!translation->delta.on || !translation->tables.stale || widen(translation, error) ||
		check(translation, error))
		return -1;
	return write(&translation->tables, &translation->wanted, error);
}

static int before(void *context, struct error *error)
{
	struct translation *translation = context;

	return translation->begun ? write_wanted(translation, tables_write_between, error) : 0;
}

static int after(void *context, struct error *error)
{
	struct translation *translation = context;
	struct tables *tables = &translation->tables;
	struct vector first = {0};
	int status;

	if (!translation->begun)
		return 0;
	if (transaction_is_partial(translation->transaction) &&
		partial_fit(translation->transaction, &tables->first, &translation->wanted, error))
		return -1;
	entries_copy(&first, &tables->first);
	status = write_wanted(translation, tables_write, error);
	if (!status)
		status = flows_forget(tables->nft, &first, &tables->now, error);
	vector_free(&first);
	return status;
}

static int undo(void *context, struct error *error)
{
	struct translation *translation = context;

	return translation->begun ? tables_undo(&translation->tables, error) : 0;
}

/* ---- starting ---- */

/* From here on the transaction has an nftables part, and every rule matters to it. */
static int begin(struct translation *translation, struct error *error)
{
	struct transaction *transaction = translation->transaction;

	*error = translation->failure;
	if (translation->begun)
		return widen(translation, error);
	if (translation->failure.status)
		return -1;
	translation->begun = !rule_note_earlier(transaction, AF_INET, error) &&
	                     !rule_note_earlier(transaction, AF_INET6, error) &&
	                     !load(translation, error);
	if (!translation->begun)
		translation->failure = *error;
	return translation->begun ? 0 : -1;
}

/* Starts with a few rules if only these matter. Returns true if it did. */
static bool begin_delta(struct translation *translation, const struct rule *rule, bool removal)
{
	struct policy *policy = translation->policy;
	struct incremental *delta = &translation->delta;

	if (!translation->begun && rule->family == AF_INET)
		incremental_begin(delta, policy);
	if (!delta->on || !(removal ? incremental_may_remove(delta, policy, rule)
				    : incremental_may_add(delta, policy, rule)))
		return false;
	if (!translation->realms)
		translation->realms = realms_new(&policy_list(policy, AF_INET)->rules);
	translation->begun = true;
	return true;
}

static int begin_for_rule(
	struct translation *translation, const struct rule *rule, bool removal, struct error *error)
{
	bool concerned;

	if (translation->begun && !translation->delta.on)
		return 0;
	if (!translation->begun && concern_decide(&translation->concern, translation->transaction,
					   rule, removal, &concerned, error))
		return -1;
	if (!translation->begun && !concerned)
		return 0;
	if (begin_delta(translation, rule, removal))
		return 0;
	translation->delta.on &= translation->begun;
	return begin(translation, error);
}

static int rule_adding(void *context, struct rule *rule, struct error *error)
{
	struct translation *translation = context;

	if (begin_for_rule(translation, rule, false, error))
		return -1;
	if (!translation->begun)
		return 0;
	/* nftables needs the preference before the kernel can choose one. */
	if (!rule->preference.given && (rule_has_part(rule) || rule->class.given) &&
		policy_choose_preference(translation->policy, rule, error))
		return -1;
	rule_hide_owner(rule);
	if (rule->family == AF_INET6)
		return 0;
	if (realm_give(translation->transaction, rule, translation->realms, error))
		return -1;
	if (translation->delta.on)
		incremental_add(&translation->delta, rule);
	return 0;
}

static int rule_removing(void *context, const struct rule *rule, struct error *error)
{
	struct translation *translation = context;

	if (begin_for_rule(translation, rule, true, error))
		return -1;
	if (translation->delta.on)
		incremental_remove(&translation->delta, rule);
	return 0;
}

static void rule_removed(void *context, const struct rule *rule)
{
	struct translation *translation = context;

	if (translation->begun && rule->family == AF_INET)
		realms_note_removal(translation->realms, rule);
}

static void route_noted(void *context, enum operation operation, const struct route *route)
{
	struct translation *translation = context;

	if (route_translates(route))
		nat_routes_note(&translation->nat_routes, operation, route);
}

static int prepare(void *context, struct error *error)
{
	struct translation *translation = context;
	struct nat_routes *routes = &translation->nat_routes;

	if (nat_routes_changed(routes) && begin(translation, error))
		return -1;
	if (nat_routes_apply(routes, error))
		return -1;
	/* None of a few rules shares its class. */
	return translation->begun && !translation->delta.on
	               ? realms_take(translation->transaction, translation->realms, error)
	               : 0;
}

static void describe(void *context, const struct object *object, void *record)
{
	const struct translation *translation = context;
	const struct nft_entry *entry;
	struct binding binding;

	if (!translation->begun || !bindings_concern(object, record))
		return;
	binding =
		object == &route_object ? binding_of_route(record) : binding_of_rule(record, true);
	entry = entries_find(&translation->wanted, &binding);
	if (!entry)
		entry = entries_find(&translation->tables.first, &binding);
	if (entry)
		binding_give(&entry->binding, object, record);
}

static const struct participant participant = {
	.rule_adding = rule_adding,
	.rule_removing = rule_removing,
	.rule_removed = rule_removed,
	.route_noted = route_noted,
	.prepare = prepare,
	.check = check,
	.before = before,
	.after = after,
	.undo = undo,
	.describe = describe,
	.free = translation_free,
};

void translation_join(struct transaction *transaction)
{
	struct translation *translation = memory_get(sizeof *translation);

	translation->transaction = transaction;
	translation->policy = &transaction->policy;
	transaction_join(transaction, &participant, translation);
}

/* ---- requests of the commands ---- */

int translation_change_words(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error)
{
	struct translation *translation = transaction_participation(transaction, &participant);
	const struct rule there = *rule;
	struct arena arena = {0};
	struct rule repaired;
	uint32_t record;

	if (begin(translation, error))
		return -1;
	if (rule_find_there(&transaction->policy, &there, &arena, &repaired, error)) {
		arena_free(&arena);
		return -1;
	}
	rule_take_words(&repaired, wanted);
	repaired.part.given = false;
	if (wanted->owner.given)
		repaired.owner = wanted->owner;
	policy_note_rule(&transaction->policy, OPERATION_REPLACE, &repaired, NULL, &record);
	arena_free(&arena);
	/* A rule without an nftables part has a realm only because of other rules of its class. */
	realms_note_change(translation->realms, &repaired);
	if (wanted->retag.given && rule_tag(&there) && there.class.given)
		return realm_share(transaction, there.class.value, rule_tag(&there), error);
	return 0;
}

int translation_repair(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error)
{
	struct translation *translation = transaction_participation(transaction, &participant);

	if (translation_change_words(transaction, rule, wanted, error))
		return -1;
	translation->tables.broken = true;
	transaction->repaired = true;
	return 0;
}

int translation_tidy(struct transaction *transaction, struct error *error)
{
	struct translation *translation = transaction_participation(transaction, &participant);
	struct bindings *bindings = &transaction->policy.bindings;

	/* Runs once, for any number of lines. */
	if (translation->tidied)
		return 0;
	translation->tidied = true;
	bindings_load(bindings);
	if (bindings->unreadable || (!bindings->entries.count && !bindings->broken))
		return 0;
	if (begin(translation, error))
		return -1;
	translation->tables.broken |= bindings->broken;
	return 0;
}
