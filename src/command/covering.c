/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds changes that are not reported yet, and words for them. */
#include "command/covering.h"

#include "command/witness.h"

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

bool covering_is_ended(const struct covering *covering)
{
	return covering->comparing->ended ||
	       diagram_steps(policy_sets_diagrams(covering->comparing->sets)) > covering->steps_end;
}

bool covering_look_inside(struct covering *covering, const struct described *described)
{
	struct comparing *comparing = covering->comparing;
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	const uint32_t reported = diagram_outcome(PAIR_REPORTED);

	if (covering_is_ended(covering))
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

struct wording covering_words(const struct covering *covering, const struct described *first)
{
	struct comparing *comparing = covering->comparing;
	struct wording wording;

	wording_begin(&wording, policy_sets_diagrams(comparing->sets), comparing->family,
		&covering->described, first);
	return wording;
}

void covering_report(struct covering *covering, const struct wording *wording,
	const struct unreported *unreported)
{
	struct comparing *comparing = covering->comparing;
	struct buffer words = {0};

	wording_put(wording, &words);
	comparing->report(comparing, buffer_text(&words), unreported->pair, &unreported->witness);
	buffer_free(&words);
}

static uint32_t map_this(uint32_t number, void *context)
{
	const struct covering *covering = context;

	return number == covering->number ? DIAGRAM_YES : DIAGRAM_NO;
}

uint32_t covering_part(struct covering *covering, uint32_t pairs)
{
	return diagram_map(
		policy_sets_diagrams(covering->comparing->sets), pairs, map_this, covering);
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

/* Returns the packets of a wording that have the outcome before of the current pair, and another
 * one after. */
static uint32_t rivals_in(struct covering *covering, const struct wording *wording)
{
	struct comparing *comparing = covering->comparing;
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	uint32_t packets = diagram_and(diagrams, wording->packets, comparing->possible);

	return diagram_map(diagrams,
		diagram_choose(
			diagrams, packets, comparing->joined, diagram_outcome(PAIR_REPORTED)),
		map_rivals, covering);
}

bool covering_find_words(struct covering *covering, struct wording *wording, uint32_t part)
{
	uint32_t rest = rivals_in(covering, wording);

	wording_narrow_destination(wording, part, &rest);
	return wording_except(wording, part, rest, covering->steps_end);
}

void covering_mark_reported(struct comparing *comparing, uint32_t part)
{
	comparing->left = diagram_choose(policy_sets_diagrams(comparing->sets), part,
		diagram_outcome(PAIR_REPORTED), comparing->left);
}

uint32_t covering_possible(const struct comparing *comparing, uint32_t part)
{
	return diagram_and(policy_sets_diagrams(comparing->sets), part, comparing->possible);
}
