/* The changing verbs: words are prepared into a transaction, and committed; refusals go back to the
 * words. */
#ifndef COMMAND_CHANGE_H
#define COMMAND_CHANGE_H

#include "command/command.h"
#include "policy/loss.h"

/* Prepares the words of one command and makes its changes. 0, or -1 with the error. */
int change_run(struct session *session, const struct command *command, struct words *words,
	struct error *error);

/*
 * What becomes of a refused change that the words behind the verb led to: true, it may pass
 * (-ensure: just what was asked for is there); false, with the error under the word at fault.
 */
bool change_refused(struct session *session, const struct command *command,
	const struct words *words, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error);

/*
 * The kernel drops a row that the words behind the verb gave: true, with a warning, under -force;
 * else false, with the error under the word.
 */
bool change_lost(struct session *session, const struct command *command, const struct words *words,
	const struct loss *loss, struct error *error);

#endif
