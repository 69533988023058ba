/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The struct of a prefix, and its use as a selector; its kind is in kind/prefix.h. */
#ifndef KIND_PREFIX_SELECT_H
#define KIND_PREFIX_SELECT_H

#include "field/field.h"

/* How a prefix selects others. */
enum prefix_match {
	PREFIX_EXACT,  /* the same prefix */
	PREFIX_WITHIN, /* prefixes inside it (`root`) */
	PREFIX_AROUND, /* prefixes that contain it (`match`) */
};

struct prefix {
	bool given;
	uint8_t family;    /* AF_INET, AF_INET6; AF_UNSPEC: `default` of a family that is not
	                      decided yet */
	uint8_t length;    /* in bits; 0: default */
	uint8_t match;     /* enum prefix_match, in a selector */
	uint8_t bytes[16]; /* network byte order */
	const struct prefix *also; /* in a selector: a second prefix that must match, too
	                              (PREFIX_AROUND besides PREFIX_WITHIN), in the parser's arena;
	                              NULL: none */
};

/* Returns true if `outer` contains all addresses of `inner`. Both have the same family. */
bool prefix_holds(const struct prefix *outer, const struct prefix *inner);

/* Takes `root`, `match` or `exact` if it is the next word, and sets prefix->match. */
void prefix_read_match(struct parser *parser, struct prefix *prefix);
/*
 * Adds `new` to a selector: `root` replaces the prefix that must contain the others, `match` the
 * prefix that they must contain, and a prefix alone replaces both. selector->also may point into
 * `arena` afterwards.
 */
void prefix_join(struct prefix *selector, const struct prefix *new, struct arena *arena);

/* For struct kind (see field/field.h): */
bool prefix_same(const void *a, const void *b);
bool prefix_fits(const void *value, const void *wanted);
bool prefix_adds(const void *value, const char *word);

#endif
