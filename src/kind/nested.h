/* A whole record inside another: the route that a rule owns. */
#ifndef KIND_NESTED_H
#define KIND_NESTED_H

#include "field/field.h"

struct nested {
	bool given;
	const struct object *object;
	void *record;          /* in the parser's arena, or its reader's */
	struct origin *origin; /* of its words; NULL: it was not read from words */
};

/*
 * The rows with FIELD_INFO of the object that is the field's `extra`. Its own word (`route`) may be
 * left out; once begun it claims every word of its rows. Not part of the message: policy/ knows
 * where it goes.
 */
extern const struct kind kind_nested;

/* A record that is told beside another, on a line of its own in ip's listing. Whoever knows it puts
 * it there; no words and no message do. */
extern const struct kind kind_beside;

#endif
