/* The known word that a misspelt one was probably meant to be. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

struct nearest {
	const char *word; /* the best so far, borrowed; NULL: none is near enough */
	unsigned int distance;
};

/*
 * Compares `typed` with one more `known` word; start with a zeroed struct nearest. The distance
 * counts inserted, lost, changed and swapped neighbouring letters; at most one for each three
 * letters is near, and one of two. A known word that `typed` is the beginning of (two letters at
 * least) counts as distance 1.
 */
void nearest_try(struct nearest *nearest, const char *typed, const char *known);

#endif
