/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confirm and rollback: keep or undo a change that waits. */
#include <signal.h>
#include <unistd.h>

#include "command/command.h"
#include "command/pending.h"

enum { TRIES = 100 };

static int find(struct session *session, const struct words *words, struct pending *pending,
	struct error *error)
{
	pending->descriptor = -1;
	if (words_peek(words))
		return error_at(error, words, words->next, "nothing may follow this verb");
	return session_lock(session, error) ? -1 : pending_find(pending, error);
}

/* Nothing waits: sets the answer to no. */
static void answer_none(struct session *session)
{
	session_say(session, "no change waits to be confirmed");
	session->answer = STATUS_NO;
}

int command_confirm(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct pending pending;
	int status = find(session, words, &pending, error);

	(void)command;
	if (!status && pending.descriptor < 0)
		status = pending_find_rest(&pending, error);
	if (!status && pending.descriptor < 0) {
		answer_none(session);
	} else if (!status && !pending.rest && !pending_left(&pending)) {
		status = pending_undo(session, &pending, error);
		if (!status)
			status = error_set(
				error, STATUS_NO, "the time was over: the change has been undone");
	} else if (!status) {
		status = pending_keep(&pending, error);
		session->changed = !status;
		if (!status)
			session_say(session, "confirmed");
	}
	pending_close(&pending);
	return status;
}

static int undo(struct session *session, const struct words *words, struct error *error)
{
	struct pending pending;
	int status = find(session, words, &pending, error);

	if (!status && pending.descriptor < 0)
		status = pending_find_rest(&pending, error);
	if (!status && pending.descriptor < 0) {
		answer_none(session);
	} else if (!status) {
		status = pending_undo(session, &pending, error);
		session->changed = !status;
		if (!status)
			session_say(session, "undone");
	}
	pending_close(&pending);
	session_unlock(session);
	return status;
}

/* Tries again if the kernel lacks memory or the lock is held: maybe no later command will. */
static int undo_when_due(struct session *session, const struct words *words, struct error *error)
{
	int status = 0;

	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	for (int try = 0; try < TRIES && pending_wait(); try++) {
		status = undo(session, words, error);
		if (!status)
			return 0;
		sleep(1);
	}
	return status;
}

int command_rollback(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	(void)command;
	return words_accept(words, "due") ? undo_when_due(session, words, error)
	                                  : undo(session, words, error);
}
