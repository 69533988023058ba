/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds the changes of a restore: the differences between the file and the existing records. */
#include <errno.h>

#include "change/refusal.h"
#include "command/change.h"
#include "command/pending.h"
#include "command/restore.h"
#include "nat/repair.h"
#include "output/text.h"

static void forget(void *context)
{
	struct restore *restore = context;

	records_reset(&restore->have);
	restore->foreign = 0;
}

/*
 * The kernel's own rules stay if the file has none with their preference, unless it was written by
 * a save that includes them. A save leaves out the records of other programs, so they do not count
 * as missing.
 */
static bool is_concerned(
	const struct restore *restore, const struct object *object, const void *record)
{
	bool builtin = object == &rule_object && rule_is_builtin(record);
	bool foreign = extent_leaves_out(&restore->extent, object, record);

	if ((!builtin && !foreign) || restore_names(restore, object, record))
		return true;
	if (builtin)
		return restore->extent.whole || restore->session->options.force;
	return !restore->extent.whole;
}

static void keep(void *context, const struct object *object, const void *record)
{
	struct restore *restore = context;

	if (!is_concerned(restore, object, record))
		return;
	records_add(&restore->have, object, record);
	restore->foreign += extent_leaves_out(&restore->extent, object, record);
}

/* Adds the record as a line if it belongs to another program. */
static bool list_foreign(struct restore *restore, size_t index, struct writer *writer)
{
	const struct object *object = records_object(&restore->have, index);
	struct view view = session_view(restore->session);
	void *record = arena_get(&restore->line, object->size);
	bool foreign;

	view.family = AF_UNSPEC;
	records_read(&restore->have, index, &restore->line, record);
	foreign = extent_leaves_out(&restore->extent, object, record);
	if (foreign)
		fields_render(writer, object, record, &view);
	arena_reset(&restore->line);
	return foreign;
}

/* Refuses to remove or replace records of other programs. */
static int guard_foreign(struct restore *restore, struct error *error)
{
	struct buffer text = {0};
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "    ");
	size_t count = 0;

	buffer_string(&text, "-force removes them; `save proto PROTO` and its file concern one "
			     "protocol alone:\n");
	writer_begin(writer);
	for (size_t i = 0; restore->foreign && i < restore->have.items.count; i++)
		if (restore->reconcile.difference.have[i] != FATE_SAME)
			count += list_foreign(restore, i, writer);
	writer_end(writer);
	writer_free(writer);
	if (count && !restore->session->options.force) {
		error_set(error, STATUS_GUARDED,
			"%zu route%s or rule%s of routing daemons or DHCP would be removed: "
			"nothing was changed",
			count, count == 1 ? "" : "s", count == 1 ? "" : "s");
		error_hint(error, "%.*s", (int)text.length - 1, buffer_text(&text));
	}
	buffer_free(&text);
	return count && !restore->session->options.force ? -1 : 0;
}

/* Reads the words of the file that a change comes from. Returns their command, or NULL with the
 * error. */
static const struct command *words_of(
	struct restore *restore, const struct change *change, struct error *error)
{
	struct words *words = &restore->words;

	if (script_find(&restore->again, &restore->script, (int)change->line, words, error))
		return NULL;
	return command_read(words, error);
}

static bool explain(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct restore *restore = context;
	const struct command *command;

	if (change->operation == OPERATION_DELETE &&
		(answer->number == ESRCH || answer->number == ENOENT))
		return true;
	if (change->operation == OPERATION_DELETE) {
		refusal_explain(answer, change_message(transaction, change), NULL, NULL, error);
		return false;
	}
	command = words_of(restore, change, error);
	return command && change_refused(restore->session, command, &restore->words, transaction,
				  change, answer, true, error);
}

static bool explain_loss(void *context, const struct transaction *transaction,
	const struct change *change, const struct loss *loss, struct error *error)
{
	struct restore *restore = context;
	const struct command *command = words_of(restore, change, error);

	(void)transaction;
	return command && change_lost(restore->session, command, &restore->words, loss, error);
}

static int commit(struct restore *restore, struct error *error)
{
	struct session *session = restore->session;
	const struct difference *difference = &restore->reconcile.difference;
	struct commit_hooks hooks = {.refused = explain, .lost = explain_loss, .context = restore};
	char text[128];

	restore->again = script_again(&restore->script);
	if (session_commit(session, &restore->transaction, &hooks, error))
		return -1;
	snprintf(text, sizeof text, "%s%zu added, %zu changed, %zu removed",
		session->options.dry_run ? "# " : "", difference->added, difference->changed,
		difference->removed);
	session_say(session, text);
	if (session->options.dry_run)
		session->answer = STATUS_NO;
	return 0;
}

int restore_equalize(struct restore *restore, struct error *error)
{
	struct extent_visitor visitor = {forget, keep, restore};
	struct reconcile *reconcile = &restore->reconcile;

	if (pending_settle(restore->session, error) ||
		extent_visit(restore->session, &restore->extent, &visitor, error))
		return -1;
	reconcile_compare(reconcile);
	if (guard_foreign(restore, error) ||
		repair_records(&restore->transaction, &restore->have, &restore->want,
			&reconcile->difference, error) ||
		reconcile_prepare(reconcile, &restore->transaction, error))
		return -1;
	if (reconcile_changes(reconcile) || restore->transaction.repaired)
		return commit(restore, error);
	session_say(restore->session, "unchanged");
	return 0;
}
