/* restore: makes a scope what a file of save says, in one transaction. */
#include <stdlib.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/restore.h"

static void restore_free(struct restore *restore)
{
	script_close(&restore->script);
	inventory_free(&restore->have);
	inventory_free(&restore->want);
	vector_free(&restore->rules);
	vector_free(&restore->mends);
	arena_free(&restore->line);
	difference_free(&restore->difference);
	transaction_free(&restore->transaction);
	free(restore->text);
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
		return error_hint(error, "a file of `iproute save`; \"-\" is standard input");
	}
	if (words_peek(words))
		return error_at(error, words, words->next, "restore takes one file");
	restore = memory_get(sizeof *restore);
	restore->session = session;
	restore->transaction = transaction_new(session->netlink);
	inventory_init(&restore->have, session->names, true, false);
	inventory_init(&restore->want, session->names, true, false);
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
