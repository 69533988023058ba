/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds what the kernel ignored or changed in a record without an error, by comparing the message
 * that was sent with the kernel's echo (NLM_F_ECHO). */
#ifndef CHANGE_LOSS_H
#define CHANGE_LOSS_H

#include "base/arena.h"
#include "field/field.h"

struct error;

struct loss {
	const struct object *object;
	void *sent, *reported; /* records, in the arena */
	int row;               /* the row that was lost */
};

/* Finds the first row that the kernel ignored or changed. Returns false if there is none. Both
 * messages have the object's type_new; the records are in the arena. */
bool loss_find(struct loss *loss, const struct object *object, const struct nlmsghdr *sent,
	const struct nlmsghdr *reported, struct arena *arena);
/* Finds the next one. Returns false if there is none. */
bool loss_next(struct loss *loss);

/*
 * Fills the error: STATUS_REFUSED, `this kernel ignores "flowlabel"`. Marks the word if `words` and
 * `origin` are not NULL. `view` has the names and the dialect. Returns -1.
 */
int loss_explain(const struct loss *loss, const struct view *view, const struct words *words,
	const struct origin *origin, struct error *error);

#endif
