/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts and reports the errors of a file's lines. */
#include "command/line_errors.h"

enum { ERRORS_SHOWN = 20 };

void line_errors_note(struct line_errors *errors, const struct error *error)
{
	if (!errors->count || error->status == STATUS_WORDS)
		errors->status = error->status;
	if (errors->count++ < ERRORS_SHOWN || errors->all)
		errors->session->report(error);
}

int line_errors_refuse(
	const struct line_errors *errors, const char *file, size_t lines, struct error *error)
{
	return error_set(error, errors->status,
		"%s: %zu of %zu lines %s wrong; nothing was changed", file, errors->count, lines,
		errors->count == 1 ? "is" : "are");
}
