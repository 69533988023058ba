/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record inside another: a rule's own record. */
#ifndef KIND_NESTED_H
#define KIND_NESTED_H

#include "field/field.h"

struct nested {
	bool given;
	const struct object *object;
	void *record;          /* in the arena of the parser or of the reader */
	struct origin *origin; /* the word of each row; NULL: not read from words */
};

/*
 * A record of the object `inner`, with its FIELD_INFO rows. The row's own word (`route`) may be
 * left out; once the record has started, it takes every word of these rows. It isn't in the rule's
 * message: see state/own.h.
 */
extern const struct kind kind_nested;

/* A record shown with another one, on its own line in ip's lists. It is in no words and no message;
 * the program attaches it. */
extern const struct kind kind_beside;

#endif
