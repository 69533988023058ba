/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds words for all packets of a change together. */
#include <string.h>

#include "command/covering.h"

/* A change that words describe as a whole. */
struct told {
	struct wording wording;
	struct unreported unreported;
	bool reported;
};

static void tell_whole(
	struct covering *covering, const struct unreported *unreported, struct vector *all)
{
	struct comparing *comparing = covering->comparing;
	struct told told = {.wording = covering_words(covering, NULL), .unreported = *unreported};
	uint32_t part, possible;

	covering->number = unreported->pair;
	part = covering_part(covering, comparing->left);
	possible = covering_possible(comparing, part);
	wording_narrow(&told.wording, possible);
	if (wording_is_empty(&told.wording))
		wording_invert(&told.wording, possible);
	if (wording_is_empty(&told.wording) ||
		!covering_find_words(covering, &told.wording, possible)) {
		wording_free(&told.wording);
		return;
	}
	covering_mark_reported(comparing, part);
	vector_push(all, &told);
}

/* In the order of the rules, as the sets are. */
static int compare_told(const void *a, const void *b)
{
	const struct told *left = a;
	const struct told *right = b;

	if (left->wording.first != right->wording.first)
		return left->wording.first < right->wording.first ? -1 : 1;
	return left->unreported.pair < right->unreported.pair ? -1 : 1;
}

/* Reports a change and those after it that have the same selector. */
static void report_group(struct covering *covering, const struct vector *all, size_t first)
{
	struct told *told = vector_at(all, first);
	const char *selector = buffer_text(&told->wording.selectors);

	for (size_t i = first; i < all->count && !covering->comparing->ended; i++) {
		struct told *other = vector_at(all, i);

		if (other->reported ||
			strcmp(buffer_text(&other->wording.selectors), selector) != 0)
			continue;
		covering_report(covering, &other->wording, &other->unreported);
		other->reported = true;
	}
}

/* Lines with the same selector follow each other. */
void covers_whole(struct covering *covering)
{
	const struct described everything = {
		.packets = diagram_outcome(DIAGRAM_YES), .sort = DESCRIBED_ALL};
	struct vector all = {.size = sizeof(struct told)};

	if (!covering_look_inside(covering, &everything))
		return;
	for (size_t i = 0; i < covering->unreported.count && !covering_is_ended(covering); i++)
		tell_whole(covering, vector_at(&covering->unreported, i), &all);
	vector_sort(&all, compare_told);
	for (size_t i = 0; i < all.count; i++)
		report_group(covering, &all, i);
	for (size_t i = 0; i < all.count; i++)
		wording_free(&((struct told *)vector_at(&all, i))->wording);
	vector_free(&all);
}
