/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the lines of a batch that undo a transaction: the opposite of each change, the last
 * first. */
#ifndef COMMAND_INVERSE_H
#define COMMAND_INVERSE_H

#include "command/session.h"

/*
 * Call it before the commit: reads the routes that will be replaced from the kernel, where no
 * preparation has. Returns 0, or -1 with the error.
 */
int inverse_prepare(struct session *session, struct transaction *transaction, struct error *error);
/* Appends the lines. Leaves out changes that the kernel refused. */
void inverse_write(
	struct session *session, const struct transaction *transaction, struct buffer *out);

#endif
