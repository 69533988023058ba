/*
 * What the kernel drops or changes of a record that it accepts, without a word: found by comparing
 * what was sent with what the kernel tells of it (NLM_F_ECHO).
 */
#ifndef POLICY_LOSS_H
#define POLICY_LOSS_H

#include "base/arena.h"
#include "field/field.h"

struct error;

struct loss {
	const struct object *object;
	void *sent, *told; /* records, in the arena */
	int row;           /* that was lost */
};

/* The first row that was lost. False: none was. Messages of the object's type_new. */
bool loss_find(struct loss *loss, const struct object *object, const struct nlmsghdr *sent,
	const struct nlmsghdr *told, struct arena *arena);
/* The next one. */
bool loss_next(struct loss *loss);

/*
 * Fills the error: STATUS_REFUSED, `this kernel ignores "flowlabel"`, with the mark under the word
 * if the words and their origin are known (else NULL). `view` has the names and the dialect.
 * Returns -1.
 */
int loss_explain(const struct loss *loss, const struct view *view, const struct words *words,
	const struct origin *origin, struct error *error);

#endif
