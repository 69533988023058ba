/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the lines in which two policies differ: `diff -lines`. */
#ifndef COMMAND_DIFF_LINES_H
#define COMMAND_DIFF_LINES_H

#include "command/subject.h"

/*
 * Writes the lines of rules and routes that only one policy has, `-` before those of the first and
 * `+` before those of the second, to `writer`, or as text if it is NULL. Adds their number to
 * *shown. Returns 0, or -1 with the error.
 */
int diff_lines(struct session *session, struct subject *before, struct subject *after,
	struct writer *writer, size_t *shown, struct error *error);

#endif
