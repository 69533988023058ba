/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorts the rules by class and by realm; rules with the same one are then neighbours. */
#include "nat/exact_index.h"

#include <sys/socket.h>

#include "model/route.h"
#include "model/rule.h"
#include "nat/hidden.h"
#include "nat/overlap.h"

struct place {
	uint32_t class, tag;
	size_t rule;
};

static int compare_by_class(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	return left->rule < right->rule ? -1 : left->rule > right->rule;
}

static int compare_by_tag(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->tag != right->tag)
		return left->tag < right->tag ? -1 : 1;
	return left->rule < right->rule ? -1 : left->rule > right->rule;
}

static struct exact_fact *fact_of(struct exact_index *index, const struct place *place)
{
	return vector_at(&index->facts, place->rule);
}

/* `places`: the rules of one class. */
static void note_class(struct exact_index *index, const struct place *places, size_t count)
{
	struct exact_fact fact = {.shares = count > 1};

	for (size_t i = 0; i < count; i++) {
		fact.conflicted |= places[i].tag != places[0].tag;
		fact.acts |= rule_translates(vector_at(index->rules, places[i].rule));
	}
	for (size_t i = 0; i < count; i++)
		*fact_of(index, &places[i]) = fact;
}

/* `places`: the rules of one realm, including those without a class. */
static void note_tag(struct exact_index *index, const struct place *places, size_t count)
{
	bool conflicted = false;

	for (size_t i = 0; i < count && places[0].tag; i++)
		conflicted |= places[i].class != places[0].class;
	for (size_t i = 0; i < count && conflicted; i++)
		fact_of(index, &places[i])->conflicted = true;
}

static void note_runs(struct exact_index *index, struct vector *places,
	int (*compare)(const void *a, const void *b), bool by_tag)
{
	const struct place *all = places->items;
	size_t end;

	if (!all)
		return;
	vector_sort(places, compare);
	for (size_t i = 0; i < places->count; i = end) {
		for (end = i + 1; end < places->count; end++)
			if (by_tag ? all[end].tag != all[i].tag : all[end].class != all[i].class)
				break;
		if (by_tag)
			note_tag(index, all + i, end - i);
		else if (all[i].class)
			note_class(index, all + i, end - i);
	}
}

static bool is_special(const struct rule *rule)
{
	return rule->target.given || rule_hidden_word(rule) || rule_suppressing_word(rule);
}

static bool is_any(const struct rule *rule)
{
	(void)rule;
	return true;
}

/* Replies have a mark, which nftables can match. */
static bool may_route(const struct rule *rule)
{
	return !rule_ends_lookup(rule) &&
	       !(rule->reply.given && rule->class.value >= CLASS_PRIVATE) &&
	       !(rule->class.given && rule->class.value == CLASS_LOCAL);
}

void exact_index_make(struct exact_index *index, const struct vector *rules)
{
	struct vector places = {.size = sizeof(struct place)};
	const struct exact_fact none = {0};

	*index = (struct exact_index){
		.rules = rules,
		.facts = {.size = sizeof none},
		.special = {.size = sizeof(size_t)},
	};
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		const struct place place = {
			.class = rule->class.given ? rule->class.value : 0,
			.tag = rule_tag(rule),
			.rule = i,
		};

		vector_push(&index->facts, &none);
		vector_push(&places, &place);
		if (is_special(rule))
			vector_push(&index->special, &i);
	}
	note_runs(index, &places, compare_by_class, false);
	note_runs(index, &places, compare_by_tag, true);
	vector_free(&places);
	if (!rules->count || ((const struct rule *)vector_at(rules, 0))->family != AF_INET6)
		return;
	meeting_make(&index->all, rules, is_any);
	meeting_make(&index->routing, rules, may_route);
}

void exact_index_free(struct exact_index *index)
{
	vector_free(&index->facts);
	vector_free(&index->special);
	meeting_free(&index->all);
	meeting_free(&index->routing);
}

const struct exact_fact *exact_fact(const struct exact_index *index, size_t rule)
{
	return vector_at(&index->facts, rule);
}
