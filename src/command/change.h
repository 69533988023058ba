/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the changing verbs: prepares words, commits, and explains refusals by the words. */
#ifndef COMMAND_CHANGE_H
#define COMMAND_CHANGE_H

#include "command/command.h"
#include "change/loss.h"

/* Prepares the words after the verb and commits the changes. Returns 0, or -1 with the error. */
int change_run(struct session *session, const struct command *command, struct words *words,
	struct error *error);

/*
 * Decides whether a refused change is an error. `words`: those after the verb that led to it.
 * `done`: it counts as made if its result exists already (-ensure, restore). Returns true if it may
 * pass, or false with the error, which marks the word at fault.
 */
bool change_refused(struct session *session, const struct command *command,
	const struct words *words, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, bool done, struct error *error);

/*
 * Reports a row that the words after the verb gave and the kernel ignores. With -force, warns and
 * returns true; otherwise returns false with the error, which marks the word.
 */
bool change_lost(struct session *session, const struct command *command, const struct words *words,
	const struct loss *loss, struct error *error);

#endif
