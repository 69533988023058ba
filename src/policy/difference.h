/* What must happen so that one inventory becomes another. Asks nobody. */
#ifndef POLICY_DIFFERENCE_H
#define POLICY_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/inventory.h"

enum fate {
	FATE_SAME,     /* of both: it stays */
	FATE_ADD,      /* of one that is wanted: nothing is in its place */
	FATE_APPEND,   /* behind rivals that stay or come before it */
	FATE_REPLACE,  /* in place of one rival */
	FATE_REPLACED, /* of one that is there: it goes when the other comes */
	FATE_REMOVE,
	FATE_MAKE_PLACE, /* the same, before its rivals come */
};

struct difference {
	unsigned char *have, *want; /* enum fate, for each item */
	size_t *replaced;           /* for each item wanted: whom FATE_REPLACE replaces */
	size_t added, changed, removed;
};

/*
 * `same` decides whether two rivals with different texts are the same all the same; NULL: they are
 * not. The order among rivals counts. Freed with difference_free().
 */
void difference_find(struct difference *difference, const struct inventory *have,
	const struct inventory *want, bool (*same)(void *context, size_t have, size_t want),
	void *context);
void difference_free(struct difference *difference);

#endif
