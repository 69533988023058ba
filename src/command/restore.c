/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore: makes routes and rules equal to a saved file, in one transaction. */
#include <stdlib.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/restore.h"

static void restore_free(struct restore *restore)
{
	script_close(&restore->again);
	script_close(&restore->script);
	records_free(&restore->have);
	records_free(&restore->want);
	arena_free(&restore->line);
	reconcile_free(&restore->reconcile);
	transaction_free(&restore->transaction);
	vector_free(&restore->keys);
	free(restore);
}

int command_restore(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct restore *restore;
	const char *name = words_take(words);
	int status;

	(void)command;
	if (!name) {
		error_at(error, words, words->count, "restore from which file?");
		return error_hint(
			error, "it must be a file of `iproute save`; \"-\" is standard input");
	}
	if (words_peek(words))
		return error_at(error, words, words->next, "restore takes one file");
	restore = memory_get(sizeof *restore);
	restore->session = session;
	session_begin(session, &restore->transaction);
	restore->again.borrowed = true;
	restore->reconcile.have = &restore->have;
	restore->reconcile.want = &restore->want;
	status = script_open(&restore->script, name, error);
	if (!status)
		status = restore_read(restore, error);
	if (!status)
		status = restore_equalize(restore, error);
	if (status)
		session_keep_error(session, error);
	restore_free(restore);
	return status;
}
