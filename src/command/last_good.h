/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -last-good FILE: `apply` copies the applied policy to FILE. If a policy is refused later, for
 * example when the host starts, the copy is applied instead.
 */
#ifndef COMMAND_LAST_GOOD_H
#define COMMAND_LAST_GOOD_H

#include "command/plan.h"

/* Adds the line that was read to the copy (plan->copy). Names are replaced already, and lines of
 * included files are in their places. */
void last_good_note(struct plan *plan);
/* Returns true if the copy can be read and declares a route or a rule. */
bool last_good_declares(const char *path);
/* Writes the copy after the plan has been applied, unless the file has this content. Only warns on
 * failure, since the policy is in force. */
void last_good_keep(struct plan *plan);
/*
 * Call it after the policy was refused with *error: reports the error and applies the copy with
 * `run`, as plan_run(). Sets the answer to no. Returns 0, or -1 with the error: that of the policy
 * if there is no copy.
 */
int last_good_apply(struct session *session, const struct command *command,
	int (*run)(struct plan *plan, struct error *error), struct error *error);

#endif
