/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps a change from cutting the connection over which it is made. */
#ifndef COMMAND_GUARD_H
#define COMMAND_GUARD_H

#include "command/session.h"

/*
 * Refuses (STATUS_GUARDED) a transaction that would break the path of the guarded
 * connection's packets or of its replies. The guarded connection is that of -guard, or that of the
 * ssh session if it ends in this network namespace; -force turns the guard off. Reads the kernel
 * and runs the lookup model only if a change may concern it. Returns 0, or -1 with the error.
 */
int guard_check(struct session *session, struct transaction *transaction, struct error *error);

#endif
