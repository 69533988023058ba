/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the known word nearest to a misspelt one, by optimal string alignment distance. */
#include "base/nearest.h"

#include <string.h>

enum {
	WORD_LONGEST = 63, /* longer words are never near */
	LETTERS_PREFIX = 2,
	LETTERS_PER_ERROR = 3,
};

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static unsigned int distance(
	const char *typed, size_t typed_length, const char *known, size_t known_length)
{
	/*
	 * Three rows of the distance table: for the current letter of `typed` and the two before
	 * it.
	 */
	unsigned int rows[3][WORD_LONGEST + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= known_length; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= typed_length; i++) {
		unsigned int *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= known_length; j++) {
			unsigned int changed = typed[i - 1] != known[j - 1];

			row[j] = smaller(last[j] + 1, row[j - 1] + 1);
			row[j] = smaller(row[j], last[j - 1] + changed);
			if (i > 1 && j > 1 && typed[i - 1] == known[j - 2] &&
				typed[i - 2] == known[j - 1])
				row[j] = smaller(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[known_length];
}

void nearest_try(struct nearest *nearest, const char *typed, const char *known)
{
	size_t typed_length = strlen(typed), known_length = strlen(known);
	size_t longer = typed_length > known_length ? typed_length : known_length;
	size_t apart = 2 * longer - typed_length - known_length;
	/* In a word of two letters one may be wrong: gv for gw. */
	size_t limit = longer == 2 ? typed_length / 2 : longer / LETTERS_PER_ERROR;
	unsigned int found;

	if (longer > WORD_LONGEST)
		return;
	if (typed_length >= LETTERS_PREFIX && typed_length < known_length &&
		memcmp(typed, known, typed_length) == 0) {
		found = 1;
	} else {
		if (apart > limit)
			return;
		found = distance(typed, typed_length, known, known_length);
		if (found > limit)
			return;
	}
	if (nearest->word && found >= nearest->distance)
		return;
	nearest->word = known;
	nearest->distance = found;
}
