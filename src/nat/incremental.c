/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rules that matter and reads their entries by realm. */
#include "nat/incremental.h"

#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "model/rule.h"
#include "change/policy.h"
#include "state/bindings.h"
#include "state/vouched.h"
#include "nat/entries.h"
#include "nat/overlap.h"
#include "nat/tables.h"

enum { DELTA_MAX = 16 };

void incremental_free(struct incremental *delta)
{
	vector_free(&delta->added);
	vector_free(&delta->removed);
}

/* Returns the rules as the kernel has them; this transaction's changes may be missing. */
static const struct vector *rules_of(struct policy *policy)
{
	return &policy_list(policy, AF_INET)->rules;
}

void incremental_begin(struct incremental *delta, struct policy *policy)
{
	const struct rule_list *list = policy_list(policy, AF_INET);

	delta->added.size = delta->removed.size = sizeof(struct rule);
	delta->on = list->loaded && !list->stale && !list->joined && !policy->keep &&
	            vouched_for(&list->rules, &delta->stamp);
}

/* ---- which rules ---- */

static bool looks_up(const struct rule *rule, const struct rule *other)
{
	return rule->class.given && other->class.given && rule->class.value == other->class.value;
}

/* Counts the rules that look up the class of this one. Sets *tagged if one of them translates. */
static size_t count_class(const struct vector *rules, const struct rule *rule, bool *tagged)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		count += looks_up(rule, other);
		*tagged |= looks_up(rule, other) && rule_tag(other);
	}
	return count;
}

bool incremental_may_add(
	const struct incremental *delta, struct policy *policy, const struct rule *rule)
{
	bool tagged = false;
	size_t count;

	if (rule->family != AF_INET || rule->target.given || rule->retag.given ||
		rule->reply.given || delta->added.count == DELTA_MAX)
		return false;
	if (rule->own.given)
		return true;
	count = count_class(rules_of(policy), rule, &tagged) +
	        count_class(&delta->added, rule, &tagged);
	return rule_translates(rule) ? !count : !tagged;
}

bool incremental_may_remove(
	const struct incremental *delta, struct policy *policy, const struct rule *rule)
{
	bool tagged = false;

	/* Other rules may use the elements of `reply`, too. */
	if (rule->family != AF_INET || delta->removed.count == DELTA_MAX ||
		rule->protocol.value == PROTOCOL_TRANSLATED)
		return false;
	return !rule_tag(rule) || (count_class(rules_of(policy), rule, &tagged) <= 1 &&
					  !count_class(&delta->added, rule, &tagged));
}

static void note(struct vector *rules, const struct rule *rule)
{
	struct rule *copy;

	if (!rule_tag(rule))
		return;
	copy = vector_push(rules, rule);
	copy->own.given = false;
}

void incremental_add(struct incremental *delta, const struct rule *rule)
{
	note(&delta->added, rule);
}

void incremental_remove(struct incremental *delta, const struct rule *rule)
{
	note(&delta->removed, rule);
}

/* ---- the entries they need ---- */

/* Adds `by` to the counts of the stamp that include the entry. */
static void count_entry(uint32_t words[NFT_WORDS], const struct nft_entry *entry, uint32_t by)
{
	const struct binding *binding = &entry->binding;

	if (!binding->realm.given || binding->shared.given)
		return;
	words[NFT_WORD_ALONE] += by;
	words[NFT_WORD_MASQUERADE] += binding->masquerade.given ? by : 0;
	words[NFT_WORD_SOURCE] += binding->masquerade.family ? by : 0;
	words[NFT_WORD_NAT] += binding->nat.given ? by : 0;
	words[NFT_WORD_LOG] += binding->log.given ? by : 0;
	words[NFT_WORD_VALVE] += binding->valve.given ? by : 0;
}

static bool has_tag(const struct vector *rules, uint32_t tag)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rule_tag(vector_at(rules, i)) == tag)
			return true;
	return false;
}

static bool meets_any(const struct vector *rules, const struct rule *rule)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules_meet(vector_at(rules, i), rule))
			return true;
	return false;
}

/* Collects the realms of rules that stay and match packets of those added or removed; returns their
 * number. */
static size_t find_others(
	const struct incremental *delta, const struct vector *rules, uint32_t realms[DELTA_MAX + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count && count <= DELTA_MAX; i++) {
		const struct rule *rule = vector_at(rules, i);
		uint32_t tag = rule_tag(rule);

		if (tag && !has_tag(&delta->added, tag) && !has_tag(&delta->removed, tag) &&
			(meets_any(&delta->added, rule) || meets_any(&delta->removed, rule)))
			realms[count++] = tag;
	}
	return count;
}

/* The base chains stay unchanged only if they still match the same. */
static bool words_stay(const uint32_t before[NFT_WORDS], const uint32_t after[NFT_WORDS])
{
	for (int i = 0; i < NFT_WORDS; i++)
		if (!before[i] != !after[i])
			return false;
	return after[NFT_WORD_ALONE];
}

static void count_all(uint32_t words[NFT_WORDS], const struct vector *entries, uint32_t by)
{
	for (size_t i = 0; i < entries->count; i++)
		count_entry(words, vector_at(entries, i), by);
}

static bool read_entries(const struct incremental *delta, struct policy *policy,
	struct vector *before, struct vector *after)
{
	uint32_t realms[DELTA_MAX + 1];
	size_t count = find_others(delta, rules_of(policy), realms);
	bool there;

	if (count > DELTA_MAX || !vouched_read(realms, count, delta->stamp.generation, before))
		return false;
	entries_copy(after, before);
	count = delta->removed.count;
	for (size_t i = 0; i < count; i++)
		realms[i] = rule_tag(vector_at(&delta->removed, i));
	there = vouched_read(realms, count, delta->stamp.generation, before);
	for (size_t i = 0; i < delta->added.count; i++) {
		struct binding binding = binding_of_rule(vector_at(&delta->added, i), false);

		bindings_add(after, &binding);
	}
	return there;
}

static uint64_t digest_of(const struct vector *rules)
{
	uint64_t digest = 0;

	for (size_t i = 0; i < rules->count; i++)
		digest += vouched_digest(vector_at(rules, i));
	return digest;
}

void incremental_stamp(
	struct nft_stamp *stamp, const struct vector *rules, const struct vector *entries)
{
	*stamp = (struct nft_stamp){
		.given = true, .older = NFT_STAMPS_UNKNOWN, .digest = digest_of(rules)};
	count_all(stamp->words, entries, 1);
}

bool incremental_open(const struct incremental *delta, struct policy *policy, struct tables *tables,
	struct vector *wanted)
{
	struct vector before = {0};
	struct error ignored;
	bool possible = read_entries(delta, policy, &before, wanted);
	struct nft_stamp stamp = delta->stamp;

	count_all(stamp.words, &before, UINT32_MAX);
	count_all(stamp.words, wanted, 1);
	stamp.digest += digest_of(&delta->added) - digest_of(&delta->removed);
	possible = possible && words_stay(delta->stamp.words, stamp.words) &&
	           !tables_open_part(tables, &before, &delta->stamp, &stamp, &ignored);
	vector_free(&before);
	return possible;
}
