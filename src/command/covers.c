/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes changes by sets of packets that have words. */
#include "command/covers.h"

#include <string.h>

#include "command/described_sets.h"
#include "command/witness.h"

enum {
	STEPS_MOST = 30000000, /* of diagrams; beyond this, uses the paths of the diagram */
	EXCEPTED_MOST = 400,   /* number of sets of which each is tried as an exception of each */
	EXCEPTIONS_MOST = 16,
};

/* A pair that occurs among the described packets. */
struct occurrence {
	uint32_t text; /* text of the outcome before */
	uint32_t pair;
};

/* A change among them that is not reported yet. */
struct unreported {
	uint32_t pair;
	struct packet witness;
};

struct covering {
	struct comparing *comparing;
	struct described_sets described;
	struct vector occurrences; /* struct occurrence */
	struct vector unreported;  /* struct unreported */
	uint32_t packets;          /* described packets that are possible */
	uint32_t inside;           /* the unreported pairs among the described packets */
	uint32_t number;           /* number of the current pair */
	size_t steps_end;          /* value of diagram_steps() at which to stop */
};

static bool note_unreported(const struct diagram_path *path, uint32_t number, void *context)
{
	struct covering *covering = context;
	const struct comparing *comparing = covering->comparing;
	struct unreported unreported = {.pair = number};

	if (number == PAIR_REPORTED || !pair_at(comparing, number)->changed)
		return true;
	unreported.witness = witness_of_path(
		comparing->sets, comparing->after, comparing->family, covering->inside, path);
	vector_push(&covering->unreported, &unreported);
	return true;
}

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

static bool is_ended(const struct covering *covering)
{
	return covering->comparing->ended ||
	       diagram_steps(policy_sets_diagrams(covering->comparing->sets)) > covering->steps_end;
}

/* Finds the unreported changes among the described packets. Returns false if there are none. */
static bool look_inside(struct covering *covering, const struct described *described)
{
	struct comparing *comparing = covering->comparing;
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	const uint32_t reported = diagram_outcome(PAIR_REPORTED);

	if (is_ended(covering))
		return false;
	covering->packets = diagram_and(diagrams, described->packets, comparing->possible);
	covering->inside = diagram_choose(diagrams, covering->packets, comparing->left, reported);
	if (covering->inside == reported)
		return false;
	covering->unreported.count = 0;
	diagram_each_outcome(diagrams, covering->inside, path_preferred(comparing->family),
		note_unreported, covering);
	return covering->unreported.count;
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

/*
 * The words describe a change if all their packets with this outcome before have changed in the
 * same way, including those reported with other words. Returns true if there is such a change.
 */
static bool pass_alone(struct covering *covering, const char *words)
{
	struct comparing *comparing = covering->comparing;
	bool any = false;

	vector_sort(&covering->occurrences, compare_occurrences);
	for (size_t i = 0; i < covering->unreported.count && !comparing->ended; i++) {
		const struct unreported *unreported = vector_at(&covering->unreported, i);

		if (!is_alone(covering, unreported->pair))
			continue;
		comparing->report(comparing, words, unreported->pair, &unreported->witness);
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

	if (!look_inside(covering, described))
		return;
	covering->occurrences.count = 0;
	joined = restrict_to(covering, described, comparing->joined);
	diagram_each_outcome(
		diagrams, joined, path_preferred(comparing->family), note_occurrence, covering);
	if (!pass_alone(covering, described->words))
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

static uint32_t map_this(uint32_t number, void *context)
{
	const struct covering *covering = context;

	return number == covering->number ? DIAGRAM_YES : DIAGRAM_NO;
}

/* Maps to yes the other pairs with the same outcome before. */
static uint32_t map_rivals(uint32_t number, void *context)
{
	const struct covering *covering = context;
	const struct comparing *comparing = covering->comparing;

	return number != PAIR_REPORTED && number != covering->number &&
	                       text_of(comparing, pair_at(comparing, number)->before) ==
	                               text_of(comparing,
					       pair_at(comparing, covering->number)->before)
	               ? DIAGRAM_YES
	               : DIAGRAM_NO;
}

/* Appends exceptions that describe all of `rest` and nothing of `part`. Returns false if there are
 * none, or too many. */
static bool add_exceptions(
	struct covering *covering, uint32_t part, uint32_t rest, struct buffer *words)
{
	struct diagrams *diagrams = policy_sets_diagrams(covering->comparing->sets);
	const uint32_t none = diagram_outcome(DIAGRAM_NO);
	int found = 0;

	for (size_t i = 0; rest != none && i < covering->described.sets.count; i++) {
		const struct described *described = vector_at(&covering->described.sets, i);

		if (is_ended(covering))
			return false;
		if (diagram_and(diagrams, described->packets, part) != none ||
			diagram_and(diagrams, described->packets, rest) == none)
			continue;
		if (found == EXCEPTIONS_MOST)
			return false;
		buffer_format(words, "%s %s", found++ ? "," : ", but not", described->words);
		rest = diagram_and(diagrams, rest, diagram_not(diagrams, described->packets));
	}
	return rest == none;
}

static void cover_but(struct covering *covering, const struct described *described)
{
	struct comparing *comparing = covering->comparing;
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);

	if (!look_inside(covering, described))
		return;
	for (size_t i = 0; i < covering->unreported.count && !is_ended(covering); i++) {
		const struct unreported *unreported = vector_at(&covering->unreported, i);
		struct buffer words = {0};
		uint32_t part, rest;

		covering->number = unreported->pair;
		part = diagram_map(diagrams, restrict_to(covering, described, comparing->left),
			map_this, covering);
		rest = diagram_and(diagrams, covering->packets,
			diagram_map(diagrams, restrict_to(covering, described, comparing->joined),
				map_rivals, covering));
		buffer_string(&words, described->words);
		if (add_exceptions(covering, part, rest, &words)) {
			comparing->report(comparing, buffer_text(&words), unreported->pair,
				&unreported->witness);
			comparing->left = diagram_choose(
				diagrams, part, diagram_outcome(PAIR_REPORTED), comparing->left);
		}
		buffer_free(&words);
	}
}

/* ---- all words ---- */

static void cover_all(struct covering *covering)
{
	const struct vector *sets = &covering->described.sets;
	const size_t count = sets->count;

	/* Words for every packet are the least specific: they come last. */
	for (size_t i = 0; i < 2 * count; i++) {
		const struct described *described = vector_at(sets, i < count ? i : i - count);
		bool everything = described->packets == diagram_outcome(DIAGRAM_YES);

		if (everything == (i >= count))
			cover(covering, described);
	}
	for (size_t i = 0; count <= EXCEPTED_MOST && i < count; i++)
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
	if (!status)
		cover_all(&covering);
	described_sets_free(&covering.described);
	vector_free(&covering.occurrences);
	vector_free(&covering.unreported);
	return status;
}
