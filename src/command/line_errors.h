/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the wrong lines of a file and reports the first ones. */
#ifndef COMMAND_LINE_ERRORS_H
#define COMMAND_LINE_ERRORS_H

#include "command/session.h"

struct line_errors {
	struct session *session;
	bool all;           /* report every one */
	size_t count;       /* lines with an error */
	enum status status; /* of the first one; that of wrong words takes precedence */
};

/* Counts an error of a line, and reports it unless many were reported before. */
void line_errors_note(struct line_errors *errors, const struct error *error);
/* Fills the error for a file of `lines` lines of which some are wrong, so that nothing was changed.
 * Returns -1. */
int line_errors_refuse(
	const struct line_errors *errors, const char *file, size_t lines, struct error *error);

#endif
