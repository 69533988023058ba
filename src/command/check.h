/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows what `check` finds in one policy but not in another. */
#ifndef COMMAND_CHECK_H
#define COMMAND_CHECK_H

#include "command/subject.h"

/*
 * Writes the findings about `after` that are no findings about `before` to `writer`, or as text if
 * it is NULL. Respects the lines `# check: ignore CODE` of `file`. Adds their number to *shown.
 * Returns 0, or -1 with the error.
 */
int check_show_new(struct session *session, struct subject *before, struct subject *after,
	const char *file, struct writer *writer, size_t *shown, struct error *error);

#endif
