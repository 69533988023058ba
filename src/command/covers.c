/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes changes by sets of packets that have words. */
#include "command/covers.h"

#include <string.h>

#include "command/covering.h"

enum {
	STEPS_MOST = 30000000, /* of diagrams; beyond this, uses the paths of the diagram */
	EXCEPTED_MOST = 400,   /* number of sets of which each is tried together with each */
};

/* A pair that occurs among the described packets. */
struct occurrence {
	uint32_t text; /* text of the outcome before */
	uint32_t pair;
};

static bool note_occurrence(const struct diagram_path *path, uint32_t number, void *context)
{
	struct covering *covering = context;
	const struct comparing *comparing = covering->comparing;
	struct occurrence occurrence = {.pair = number};

	(void)path;
	if (number == PAIR_REPORTED)
		return true;
	occurrence.text = text_of(comparing, pair_at(comparing, number)->before);
	vector_push(&covering->occurrences, &occurrence);
	return true;
}

/* Returns the pairs with PAIR_REPORTED outside of the words, so that later operations cost no more
 * than the described packets. */
static uint32_t restrict_to(
	const struct covering *covering, const struct described *described, uint32_t pairs)
{
	return diagram_choose(policy_sets_diagrams(covering->comparing->sets), described->packets,
		pairs, diagram_outcome(PAIR_REPORTED));
}

/* Returns true if there are so few sets that each may be tried together with each. */
static bool are_few(const struct covering *covering)
{
	return covering->described.sets.count <= EXCEPTED_MOST;
}

/* ---- words without exceptions ---- */

static int compare_occurrences(const void *left, const void *right)
{
	const struct occurrence *a = left;
	const struct occurrence *b = right;

	if (a->text != b->text)
		return a->text < b->text ? -1 : 1;
	return a->pair < b->pair ? -1 : a->pair > b->pair;
}

/* Returns true if no other pair that occurs has the same outcome before. */
static bool is_alone(const struct covering *covering, uint32_t number)
{
	const struct comparing *comparing = covering->comparing;
	const struct occurrence *all = covering->occurrences.items;
	size_t count = covering->occurrences.count;
	struct occurrence wanted = {text_of(comparing, pair_at(comparing, number)->before), number};
	const struct occurrence *found =
		vector_find(&covering->occurrences, &wanted, compare_occurrences);

	return found && (found == all || found[-1].text != wanted.text) &&
	       (found + 1 == all + count || found[1].text != wanted.text);
}

static uint32_t map_covered(uint32_t number, void *context)
{
	return pair_at(context, number)->covered ? PAIR_REPORTED : number;
}

static void report_alone(struct covering *covering, const struct described *described,
	const struct unreported *unreported)
{
	struct wording wording = covering_words(covering, described);

	covering->number = unreported->pair;
	if (are_few(covering))
		wording_narrow(&wording, covering_part(covering, covering->inside));
	covering_report(covering, &wording, unreported);
	wording_free(&wording);
}

/*
 * The words describe a change if all their packets with this outcome before have changed in the
 * same way, including those reported with other words. Returns true if there is such a change.
 */
static bool pass_alone(struct covering *covering, const struct described *described)
{
	struct comparing *comparing = covering->comparing;
	bool any = false;

	vector_sort(&covering->occurrences, compare_occurrences);
	for (size_t i = 0; i < covering->unreported.count && !comparing->ended; i++) {
		const struct unreported *unreported = vector_at(&covering->unreported, i);

		if (!is_alone(covering, unreported->pair))
			continue;
		report_alone(covering, described, unreported);
		pair_at(comparing, unreported->pair)->covered = true;
		any = true;
	}
	return any;
}

static void cover(struct covering *covering, const struct described *described)
{
	struct comparing *comparing = covering->comparing;
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	uint32_t joined;

	if (!covering_look_inside(covering, described))
		return;
	covering->occurrences.count = 0;
	joined = restrict_to(covering, described, comparing->joined);
	diagram_each_outcome(
		diagrams, joined, path_preferred(comparing->family), note_occurrence, covering);
	if (!pass_alone(covering, described))
		return;
	comparing->left = diagram_choose(diagrams, described->packets,
		diagram_map(diagrams, restrict_to(covering, described, comparing->left),
			map_covered, comparing),
		comparing->left);
	for (size_t i = 0; i < covering->unreported.count; i++) {
		const struct unreported *unreported = vector_at(&covering->unreported, i);

		pair_at(comparing, unreported->pair)->covered = false;
	}
}

/* ---- words with exceptions ---- */

static void cover_but(struct covering *covering, const struct described *described)
{
	if (!covering_look_inside(covering, described))
		return;
	for (size_t i = 0; i < covering->unreported.count && !covering_is_ended(covering); i++) {
		const struct unreported *unreported = vector_at(&covering->unreported, i);
		struct wording wording = covering_words(covering, described);
		uint32_t part;

		covering->number = unreported->pair;
		part = covering_part(
			covering, restrict_to(covering, described, covering->comparing->left));
		wording_narrow(&wording, covering_possible(covering->comparing, part));
		if (covering_find_words(covering, &wording, part)) {
			covering_report(covering, &wording, unreported);
			covering_mark_reported(covering->comparing, part);
		}
		wording_free(&wording);
	}
}

/* ---- all words ---- */

static void cover_all(struct covering *covering)
{
	const struct vector *sets = &covering->described.sets;

	if (are_few(covering))
		covers_whole(covering);
	for (size_t i = 0; i < sets->count; i++)
		cover(covering, vector_at(sets, i));
	for (size_t i = 0; are_few(covering) && i < sets->count; i++)
		cover_but(covering, vector_at(sets, i));
}

static uint32_t map_changed(uint32_t number, void *context)
{
	return pair_at(context, number)->changed ? DIAGRAM_YES : DIAGRAM_NO;
}

int comparing_cover(struct comparing *comparing, struct error *error)
{
	struct covering covering = {
		.comparing = comparing,
		.occurrences = {.size = sizeof(struct occurrence)},
		.unreported = {.size = sizeof(struct unreported)},
	};
	uint32_t wanted = diagram_map(
		policy_sets_diagrams(comparing->sets), comparing->left, map_changed, comparing);
	struct snapshot *sides[] = {comparing->before, comparing->after};
	int status = 0;

	for (size_t i = 0; i < 2 && !status && wanted != diagram_outcome(DIAGRAM_NO); i++)
		status = described_sets_collect(&covering.described, comparing->session,
			comparing->sets, sides[i], comparing->family, wanted, error);
	covering.steps_end = diagram_steps(policy_sets_diagrams(comparing->sets)) + STEPS_MOST;
	described_sets_sort(&covering.described);
	if (!status)
		cover_all(&covering);
	described_sets_free(&covering.described);
	vector_free(&covering.occurrences);
	vector_free(&covering.unreported);
	return status;
}
