/* Reading, joining in, writing, and back; realms are given in policy/realm.c. */
#include "policy/translation.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/conntrack.h"
#include "netlink/lock.h"
#include "netlink/nft.h"
#include "policy/bindings.h"
#include "policy/entries.h"
#include "policy/exact.h"
#include "policy/realm.h"

enum {
	WRITE_ATTEMPTS = 100,
	LOCK_MILLISECONDS = 10 * 1000,
};
#define LOCK_NAME "iproute nftables"

struct translation {
	struct transaction *transaction;
	struct policy *policy;
	struct netlink *nft;
	struct lock *lock;        /* NULL: somebody else holds it for long */
	struct bindings now;      /* what nftables holds */
	struct vector first;      /* struct nft_entry: as it was when we came */
	struct vector routes;     /* struct binding: the NAT routes as they will be */
	struct vector wanted;     /* struct nft_entry: what there will be */
	struct vector inexact;    /* struct binding: those that were so before us */
	struct vector left;       /* uint32_t: classes that rules with a realm were removed from */
	struct realms_used *used; /* NULL until one is chosen */
	bool written;
};

struct nat_change {
	enum operation operation;
	struct binding binding;
};

static const uint8_t families[] = {AF_INET, AF_INET6};

void translation_free(struct translation *translation)
{
	if (!translation)
		return;
	bindings_free(&translation->now);
	vector_free(&translation->first);
	vector_free(&translation->routes);
	vector_free(&translation->wanted);
	vector_free(&translation->inexact);
	vector_free(&translation->left);
	realms_free(translation->used);
	lock_give(translation->lock);
	netlink_close(translation->nft);
	free(translation);
}

/* ---- what there will be ---- */

static bool holds_binding(const struct vector *bindings, const struct binding *binding)
{
	for (size_t i = 0; i < bindings->count; i++)
		if (bindings_alike(vector_at(bindings, i), binding))
			return true;
	return false;
}

static int want_all(struct translation *translation, struct error *error)
{
	translation->wanted.count = 0;
	for (size_t i = 0; i < translation->routes.count; i++)
		bindings_add(&translation->wanted, vector_at(&translation->routes, i));
	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules = policy_rules(translation->policy, families[i], error);

		if (!rules)
			return -1;
		entries_of_rules(&translation->wanted, rules);
	}
	return 0;
}

/* ---- conditions ---- */

static void note_inexact(struct translation *translation, const struct vector *rules)
{
	struct error ignored;

	translation->inexact.size = sizeof(struct binding);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct binding binding = binding_of_rule(rule, true);

		if (rule_translates(rule) && exact_check(rules, i, &ignored))
			vector_push(&translation->inexact, &binding);
	}
}

/* The line that a rule is added for; 0: none. */
static uint32_t line_of(const struct transaction *transaction, const struct rule *rule)
{
	struct arena arena = {0};
	uint32_t line = 0;

	for (size_t i = transaction->changes.count; i-- && !line;) {
		const struct change *change = vector_at(&transaction->changes, i);
		struct rule added = {0};

		if (change->operation != OPERATION_DELETE &&
			change_object(transaction, change) == &rule_object &&
			!fields_decode(&rule_object, change_message(transaction, change), &arena,
				&added) &&
			added.preference.value == rule->preference.value &&
			fields_same(&rule_object, &added, rule, FIELD_SELECTOR))
			line = change->line;
	}
	arena_free(&arena);
	return line;
}

/* Refused is only what this transaction makes wrong: or nothing could be mended any more. */
static int check_rules(
	const struct translation *translation, const struct vector *rules, struct error *error)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		struct binding binding = binding_of_rule(rule, true);

		if (rule_translates(rule) && !holds_binding(&translation->inexact, &binding) &&
			exact_check(rules, i, error)) {
			translation->transaction->against = line_of(translation->transaction, rule);
			return -1;
		}
	}
	return 0;
}

static int check(void *context, struct error *error)
{
	struct translation *translation = context;

	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules = policy_rules(translation->policy, families[i], error);

		if (!rules || check_rules(translation, rules, error))
			return -1;
	}
	return want_all(translation, error);
}

/* ---- writing ---- */

/* Writes what `choose` makes of what is there now, again if somebody else wrote meanwhile. */
static int write_entries(struct translation *translation,
	void (*choose)(const struct translation *, struct vector *entries), struct error *error)
{
	struct vector entries = {0};
	bool stale = true;
	int status = 0;

	for (int i = 0; stale && !status && i < WRITE_ATTEMPTS; i++) {
		entries.count = 0;
		choose(translation, &entries);
		entries_order(&entries);
		if (!translation->now.broken && entries_same(&entries, &translation->now.entries))
			stale = false;
		else
			status = nft_write(translation->nft, entries.items, entries.count,
				translation->now.generation, &stale, error);
		translation->written |= !stale && !status;
		if (!status)
			status = bindings_read(&translation->now, translation->nft, error);
	}
	vector_free(&entries);
	if (stale && !status)
		return error_set(error, STATUS_REFUSED,
			"nftables: other programs change it all the time: try again");
	return status;
}

static void choose_between(const struct translation *translation, struct vector *entries)
{
	entries_between(&translation->now.entries, &translation->wanted, entries);
}

static void choose_wanted(const struct translation *translation, struct vector *entries)
{
	entries_copy(entries, &translation->wanted);
}

static void choose_first(const struct translation *translation, struct vector *entries)
{
	entries_copy(entries, &translation->first);
}

/* ---- taking part ---- */

static int before(void *context, struct error *error)
{
	struct translation *translation = context;

	return write_entries(translation, choose_between, error);
}

/*
 * A rule that names no addresses is about everything: of that, flows that nobody translates when it
 * comes, those that are translated when it goes.
 */
static void add_filter(struct vector *filters, const struct binding *binding, bool comes)
{
	struct flow_filter filter = {
		.family = binding->family,
		.source = binding->source,
		.destination = binding->destination,
	};

	filters->size = sizeof filter;
	if (!binding->source.given && !binding->destination.given)
		filter.state = comes ? FLOW_UNTRANSLATED : FLOW_TRANSLATED;
	if (binding->preference.given && binding_acts(binding))
		vector_push(filters, &filter);
}

/* Flows older than the change would go on as before it. */
static int forget_flows(struct translation *translation, struct error *error)
{
	const struct vector *first = &translation->first;
	const struct vector *wanted = &translation->wanted;
	struct vector filters = {0};
	int status = 0;

	for (size_t i = 0; i < first->count; i++) {
		const struct nft_entry *entry = vector_at(first, i);

		if (!entries_hold(wanted, entry))
			add_filter(&filters, &entry->binding, false);
	}
	for (size_t i = 0; i < wanted->count; i++) {
		const struct nft_entry *entry = vector_at(wanted, i);

		if (!entries_hold(first, entry))
			add_filter(&filters, &entry->binding, true);
	}
	if (filters.count)
		status = conntrack_forget(translation->nft, filters.items, filters.count, error);
	vector_free(&filters);
	return status;
}

static int after(void *context, struct error *error)
{
	struct translation *translation = context;

	if (write_entries(translation, choose_wanted, error))
		return -1;
	return forget_flows(translation, error);
}

static int back(void *context, struct error *error)
{
	struct translation *translation = context;

	return translation->written ? write_entries(translation, choose_first, error) : 0;
}

static bool keep_route(const void *record, void *context)
{
	struct binding binding = binding_of_route(record);

	if (binding.nat.given)
		vector_push(context, &binding);
	return true;
}

static int load(struct translation *translation, struct error *error)
{
	const struct scope scope = {.class = CLASS_LOCAL, .protocol = PROTOCOL_TRANSLATED};

	if (bindings_read(&translation->now, translation->nft, error))
		return -1;
	entries_copy(&translation->first, &translation->now.entries);
	translation->routes.size = sizeof(struct binding);
	if (policy_each_route(
		    translation->policy, &scope, NULL, keep_route, &translation->routes, error))
		return -1;
	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules = policy_rules(translation->policy, families[i], error);

		if (!rules)
			return -1;
		note_inexact(translation, rules);
	}
	return 0;
}

/* Changes that were prepared before anybody asked for the rules are noted in them now. */
static int note_earlier(struct transaction *transaction, uint8_t family, struct error *error)
{
	struct policy *policy = &transaction->policy;
	bool loaded = family == AF_INET6 ? policy->inet6.loaded : policy->inet.loaded;
	struct arena arena = {0};

	if (!policy_rules(policy, family, error))
		return -1;
	for (size_t i = 0; !loaded && i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		struct rule rule = {0};

		if (change_object(transaction, change) != &rule_object ||
			fields_decode(
				&rule_object, change_message(transaction, change), &arena, &rule) ||
			rule.family != family)
			continue;
		policy_note_rule(policy, (enum operation)change->operation, &rule, NULL);
	}
	arena_free(&arena);
	return 0;
}

/* From here on the transaction has a part in nftables. */
static int begin(struct transaction *transaction, struct error *error)
{
	struct translation *translation;
	struct participant participant = {
		.check = check, .before = before, .after = after, .back = back};

	if (transaction->translation)
		return 0;
	translation = memory_get(sizeof *translation);
	transaction->translation = translation;
	translation->transaction = transaction;
	translation->policy = &transaction->policy;
	translation->nft = nft_open(error);
	if (!translation->nft)
		return -1;
	translation->lock = lock_take(LOCK_NAME, LOCK_MILLISECONDS);
	if (!transaction->changes.count)
		policy_forget(&transaction->policy);
	participant.context = translation;
	transaction_join(transaction, &participant);
	for (size_t i = 0; i < sizeof families; i++)
		if (note_earlier(transaction, families[i], error))
			return -1;
	return load(translation, error);
}

static bool look_at(const void *record, void *context)
{
	bool *concerned = context;

	*concerned = rule_translates(record) || bindings_concern(&rule_object, record);
	return !*concerned;
}

/* Asked without keeping the answer, if it is not there: whoever flushes wants no snapshot. */
static int look(
	struct transaction *transaction, uint8_t family, bool *concerned, struct error *error)
{
	struct policy *policy = &transaction->policy;
	const struct rule_list *list = family == AF_INET6 ? &policy->inet6 : &policy->inet;
	const struct scope scope = {.family = family};

	*concerned = false;
	if (!list->loaded)
		return store_each(
			policy->netlink, &rule_object, &scope, look_at, concerned, NULL, error);
	for (size_t i = 0; i < list->rules.count && !*concerned; i++)
		look_at(vector_at(&list->rules, i), concerned);
	return 0;
}

/* Only where something translates, or is to, nftables is asked at all. */
int translation_begin(
	struct transaction *transaction, const struct rule *rule, bool removal, struct error *error)
{
	bool *looked = rule->family == AF_INET6 ? &transaction->looked6 : &transaction->looked4;
	bool concerned;

	if (transaction->translation)
		return 0;
	if (rule_translates(rule) || bindings_concern(&rule_object, rule))
		return begin(transaction, error);
	/* Without a realm of the tool's, no IPv4 rule that goes matters to one that translates. */
	if (*looked || (removal && rule->family != AF_INET6))
		return 0;
	if (look(transaction, rule->family, &concerned, error))
		return -1;
	*looked = true;
	return concerned ? begin(transaction, error) : 0;
}

int translation_add_rule(struct transaction *transaction, struct rule *rule, struct error *error)
{
	const struct vector *rules;

	if (translation_begin(transaction, rule, false, error))
		return -1;
	if (!transaction->translation)
		return 0;
	rules = policy_rules(&transaction->policy, rule->family, error);
	if (!rules)
		return -1;
	/* nftables is told the preference before the kernel can choose one. */
	if (!rule->preference.given && (rule_translates(rule) || rule->class.given))
		rule->preference = (struct number){true, policy_preference(rules)};
	if (rule->family != AF_INET6)
		return realm_give(transaction, rule, &transaction->translation->used, error);
	if (rule_translates(rule))
		rule->protocol = (struct byte){true, PROTOCOL_TRANSLATED};
	return 0;
}

/* The policy's own record of a rule; NULL: it is gone. */
static const struct rule *find_rule(const struct vector *rules, const struct rule *wanted)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->preference.value == wanted->preference.value &&
			rule_tag(rule) == rule_tag(wanted) &&
			fields_same(&rule_object, rule, wanted, FIELD_SELECTOR))
			return rule;
	}
	return NULL;
}

int translation_mend(struct transaction *transaction, const struct rule *rule,
	const struct rule *wanted, struct error *error)
{
	const struct rule there = *rule;
	const struct vector *rules;
	const struct rule *found;
	struct rule mended;

	if (begin(transaction, error))
		return -1;
	rules = policy_rules(&transaction->policy, there.family, error);
	found = rules ? find_rule(rules, &there) : NULL;
	if (!found)
		return rules ? error_set(error, STATUS_NO, "the rule is gone") : -1;
	mended = *found;
	mended.masquerade = wanted->masquerade;
	mended.nat = wanted->nat;
	mended.log = wanted->log;
	mended.valve = wanted->valve;
	mended.part.given = false;
	policy_note_rule(&transaction->policy, OPERATION_REPLACE, &mended, NULL);
	/* Without words it has a realm only for others of its class. */
	translation_remove_rule(transaction, &mended);
	transaction->mended = true;
	return 0;
}

void translation_remove_rule(struct transaction *transaction, const struct rule *rule)
{
	struct translation *translation = transaction->translation;

	if (!translation || !rule_tag(rule) || !rule->class.given)
		return;
	translation->left.size = sizeof rule->class.value;
	vector_push(&translation->left, &rule->class.value);
}

void translation_note_route(
	struct transaction *transaction, enum operation operation, const struct route *route)
{
	struct nat_change change = {operation, binding_of_route(route)};

	if (!route_translates(route))
		return;
	transaction->nat_routes.size = sizeof change;
	vector_push(&transaction->nat_routes, &change);
}

static int change_route(struct vector *routes, const struct nat_change *change, struct error *error)
{
	const struct binding *binding = &change->binding;
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < routes->count; i++) {
		const struct binding *other = vector_at(routes, i);

		if (!bindings_alike(other, binding))
			continue;
		if (change->operation == OPERATION_ADD &&
			!kind_prefix.same(&other->nat, &binding->nat)) {
			prefix_text(&other->nat, text);
			error_set(error, STATUS_REFUSED,
				"another NAT route is in its place: nat %s", text);
			return error_hint(error, "\"replace\" changes it");
		}
		memmove(vector_at(routes, i), vector_at(routes, routes->count - 1),
			sizeof *binding);
		routes->count--;
		break;
	}
	if (change->operation != OPERATION_DELETE)
		vector_push(routes, binding);
	return 0;
}

static int give_up_realms(struct transaction *transaction, struct error *error)
{
	struct vector *left = &transaction->translation->left;
	int status = 0;

	for (size_t i = 0; i < left->count && !status; i++)
		status = realm_take(transaction, *(uint32_t *)vector_at(left, i), error);
	left->count = 0;
	return status;
}

int translation_prepare(struct transaction *transaction, struct error *error)
{
	if (transaction->nat_routes.count && begin(transaction, error))
		return -1;
	for (size_t i = 0; i < transaction->nat_routes.count; i++)
		if (change_route(&transaction->translation->routes,
			    vector_at(&transaction->nat_routes, i), error))
			return -1;
	transaction->nat_routes.count = 0;
	return transaction->translation ? give_up_realms(transaction, error) : 0;
}

void translation_words(
	const struct transaction *transaction, const struct object *object, void *record)
{
	const struct translation *translation = transaction->translation;
	const struct nft_entry *entry;
	struct binding binding;

	if (!translation || !bindings_concern(object, record))
		return;
	binding =
		object == &route_object ? binding_of_route(record) : binding_of_rule(record, true);
	entry = entries_find(&translation->wanted, &binding);
	if (!entry)
		entry = entries_find(&translation->first, &binding);
	if (entry)
		binding_give(&entry->binding, object, record);
}

int translation_tidy(struct transaction *transaction, struct error *error)
{
	struct bindings bindings = {0};
	struct error ignored;
	struct netlink *nft = nft_open(&ignored);
	bool empty = !nft || bindings_read(&bindings, nft, &ignored) || !bindings.entries.count;

	bindings_free(&bindings);
	netlink_close(nft);
	return empty ? 0 : begin(transaction, error);
}
