/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two prefixes meet if one holds the other. In the order of places, those that a prefix holds
 * follow each other; those that hold it are found by its first bits, once for each length.
 */
#include "nat/meeting.h"

#include <string.h>

#include "kind/prefix.h"
#include "model/rule.h"
#include "nat/overlap.h"

struct meeting_place {
	uint8_t bytes[16];
	size_t length; /* of the prefix */
	size_t rule;
};

static int compare_places(const void *a, const void *b)
{
	const struct meeting_place *left = a;
	const struct meeting_place *right = b;
	int order = memcmp(left->bytes, right->bytes, sizeof left->bytes);

	if (order)
		return order;
	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	return left->rule < right->rule ? -1 : left->rule > right->rule;
}

/* The first `length` bits of a prefix. An absent one, or that of a rule with `not`, holds all. */
static struct meeting_place place_of(
	const struct rule *rule, const struct prefix *prefix, size_t length, size_t index)
{
	struct prefix cut = *prefix;
	struct meeting_place place = {.rule = index};

	if (!prefix->given || rule->invert.given)
		return place;
	if (length < cut.length)
		cut.length = (uint8_t)length;
	prefix_clear_host_bits(&cut);
	memcpy(place.bytes, cut.bytes, sizeof place.bytes);
	place.length = cut.length;
	return place;
}

static void add(struct meeting_side *side, const struct meeting_place *place)
{
	side->places.size = sizeof *place;
	vector_push(&side->places, place);
	side->lengths[place->length] = true;
}

void meeting_make(struct meeting *meeting, const struct vector *rules,
	bool (*belongs)(const struct rule *rule))
{
	*meeting = (struct meeting){.rules = rules};
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		const struct meeting_place source = place_of(rule, &rule->source, 128, i);
		const struct meeting_place destination = place_of(rule, &rule->destination, 128, i);

		if (!belongs(rule))
			continue;
		add(&meeting->source, &source);
		add(&meeting->destination, &destination);
	}
	if (!meeting->source.places.count)
		return;
	vector_sort(&meeting->source.places, compare_places);
	vector_sort(&meeting->destination.places, compare_places);
}

void meeting_free(struct meeting *meeting)
{
	vector_free(&meeting->source.places);
	vector_free(&meeting->destination.places);
}

/* ---- finding ---- */

/* The places whose prefixes a prefix holds: from `first` on, before `end`. */
struct held {
	size_t first, end;
};

static struct held held_by(const struct meeting_side *side, const struct meeting_place *place)
{
	struct meeting_place last = {.length = SIZE_MAX};
	struct held held;

	for (size_t i = 0; i < sizeof last.bytes; i++) {
		size_t bits = place->length < i * 8 ? 0 : place->length - i * 8;

		last.bytes[i] =
			bits < 8 ? (uint8_t)(place->bytes[i] | 0xff >> bits) : place->bytes[i];
	}
	held.first = vector_lower_bound(&side->places, place, compare_places);
	held.end = vector_lower_bound(&side->places, &last, compare_places);
	return held;
}

struct finding {
	const struct meeting *meeting;
	const struct rule *rule;
	size_t self, first, found;
};

static bool try(struct finding *finding, size_t rule)
{
	if (rule == finding->self || rule < finding->first || rule >= finding->found ||
		!rules_meet(finding->rule, vector_at(finding->meeting->rules, rule)))
		return false;
	finding->found = rule;
	return true;
}

/* Of each shorter prefix, only the first rule that meets counts. */
static void find_holders(
	const struct meeting_side *side, const struct prefix *prefix, struct finding *finding)
{
	size_t length = place_of(finding->rule, prefix, 128, 0).length;

	for (size_t i = 0; i < length; i++) {
		struct meeting_place wanted = place_of(finding->rule, prefix, i, finding->first);
		size_t at = side->lengths[i]
		                    ? vector_lower_bound(&side->places, &wanted, compare_places)
		                    : side->places.count;

		for (; at < side->places.count; at++) {
			const struct meeting_place *place = vector_at(&side->places, at);

			if (place->length != i ||
				memcmp(place->bytes, wanted.bytes, sizeof wanted.bytes) != 0 ||
				place->rule >= finding->found || try(finding, place->rule))
				break;
		}
	}
}

size_t meeting_find(const struct meeting *meeting, size_t rule, size_t first)
{
	const struct rule *self = vector_at(meeting->rules, rule);
	const struct meeting_place source = place_of(self, &self->source, 128, 0);
	const struct meeting_place destination = place_of(self, &self->destination, 128, 0);
	struct finding finding = {meeting, self, rule, first, meeting->rules->count};
	const struct meeting_side *side = &meeting->source;
	struct held held = held_by(side, &source);
	struct held other = held_by(&meeting->destination, &destination);
	bool by_source = held.end - held.first <= other.end - other.first;

	if (!by_source) {
		side = &meeting->destination;
		held = other;
	}
	find_holders(side, by_source ? &self->source : &self->destination, &finding);
	for (size_t i = held.first; i < held.end; i++)
		try(&finding, ((const struct meeting_place *)vector_at(&side->places, i))->rule);
	return finding.found;
}
