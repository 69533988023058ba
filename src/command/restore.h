/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of restore: reads the file and makes its extent equal to it. */
#ifndef COMMAND_RESTORE_H
#define COMMAND_RESTORE_H

#include "base/script.h"
#include "change/reconcile.h"
#include "command/extent.h"
#include "state/records.h"

struct restore {
	struct session *session;
	struct script script;
	struct words words; /* the line being read, or at fault */
	struct extent extent;
	bool named; /* the first line names the program: the last must be "# end" */
	struct vector
		keys; /* uint64_t: keys of the wanted rules and of routes of other programs, sorted
	               */
	struct records have, want;
	struct arena line;   /* memory of one line's record */
	struct script again; /* to show a line that was refused */
	struct reconcile reconcile;
	struct transaction transaction;
	size_t foreign; /* number of records of other programs that would be removed */
};

/* Fills `extent` and `want` from the file. Returns 0, or -1 with the error. */
int restore_read(struct restore *restore, struct error *error);
/* Returns true if the file has a rule with the same preference, or a route of another program in
 * the same place. Only for rules and such routes, after restore_read(). */
bool restore_names(const struct restore *restore, const struct object *object, const void *record);
/* Fills `have` and makes the differences in one transaction. Returns 0, or -1 with the error. */
int restore_equalize(struct restore *restore, struct error *error);

#endif
