/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the known word that was probably meant by a misspelt one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

struct nearest {
	const char *word; /* the best match so far, borrowed; NULL: none is near enough */
	unsigned int distance;
};

/*
 * Compares `typed` with one more `known` word, which must outlive *nearest. Start with a zeroed
 * struct nearest. The distance counts inserted, missing and changed letters, and swapped
 * neighbours. Near enough is one error in every three letters, or one in a word of two. If `known`
 * starts with `typed` (two letters or more), the distance is 1.
 */
void nearest_try(struct nearest *nearest, const char *typed, const char *known);

#endif
