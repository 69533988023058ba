/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch FILE: prepares every line first, then makes all changes or none. */
#include <string.h>

#include "command/change.h"
#include "command/line_errors.h"
#include "command/pending.h"
#include "base/script.h"
#include "change/refusal.h"
#include "change/sharing.h"

struct batch {
	struct session *session;
	struct transaction transaction;
	struct script script;
	struct script again;  /* a second cursor, to show a line that was refused */
	struct options whole; /* the options as they were before the batch */
	size_t lines;
	struct line_errors errors;
	size_t there; /* number of lines whose records existed already (-ensure) */
	bool ended;   /* a refusal, already reported, ended the batch */
	int refused;  /* the last line refused by the kernel */
};

/* ---- preparing ---- */

/*
 * Accepts `rule add` as in ip's batch files: the verb is addrule. Returns NULL, and takes no word,
 * if they are not a verb about rules.
 */
static const struct command *rule_verb(struct words *words)
{
	static const char *const ends[] = {"rule", "rules"};
	const char *verb = words_peek(words);
	const struct command *command = NULL;
	char name[32];

	if (verb && !strcmp(verb, "delete"))
		verb = "del";
	for (size_t i = 0; verb && !command && i < 2; i++) {
		snprintf(name, sizeof name, "%s%s", verb, ends[i]);
		command = command_find(name);
	}
	if (command)
		words_take(words);
	return command;
}

/* Reads the options of a line and its verb. Returns NULL with the error on failure. */
static const struct command *line_verb(
	struct batch *batch, struct words *words, struct error *error)
{
	const struct command *command;

	batch->session->options = batch->whole;
	if (*words_peek(words) == '-' && options_read_line(&batch->session->options, words, error))
		return NULL;
	command = words_accept(words, "rule") ? rule_verb(words) : NULL;
	if (!command) {
		words_accept(words, "route");
		command = command_read(words, error);
	}
	if (command && options_read_behind(&batch->session->options, words,
			       session_words(batch->session, command->object), true,
			       &batch->session->arena, error))
		return NULL;
	if (!command || command->prepare)
		return command;
	error_at(error, words, words->next - 1, "a batch takes only verbs that change something");
	return NULL;
}

/* Notes a line that may be undone when a device is there and up. */
static void leave_line(struct batch *batch, const struct words *words)
{
	if (batch->session->undoing)
		vector_push(batch->session->undoing, &words->line);
}

static void prepare_line(struct batch *batch, struct words *words)
{
	struct transaction *transaction = &batch->transaction;
	struct error error;
	const struct command *command = line_verb(batch, words, &error);

	batch->lines++;
	transaction->line = (uint32_t)words->line;
	if (!command || command->prepare(batch->session, command, words, transaction, &error)) {
		if (!error.words)
			error.word = -1;
		error.words = words;
		line_errors_note(&batch->errors, &error);
		if (error.fault == FAULT_NO_DEVICE)
			leave_line(batch, words);
	}
	batch->there += transaction->unchanged;
	transaction->unchanged = false;
	arena_reset(&batch->session->arena);
}

static int prepare_lines(struct batch *batch, struct error *error)
{
	struct words words;
	struct error wrong;

	for (;;) {
		if (script_next(&batch->script, &words, &wrong)) {
			if (!wrong.words) {
				*error = wrong;
				return -1;
			}
			line_errors_note(&batch->errors, &wrong);
		} else if (words.count) {
			prepare_line(batch, &words);
		} else {
			break;
		}
	}
	batch->session->options = batch->whole;
	if (!batch->errors.count || (batch->whole.force && batch->errors.status != STATUS_WORDS))
		return 0;
	return line_errors_refuse(&batch->errors, batch->script.name, batch->lines, error);
}

/* ---- making ---- */

/* Reads the line of a refused change again, and marks the word at fault. Returns true to go on. */
static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct batch *batch = context;
	const struct command *command;
	struct words words;

	if (script_find(&batch->again, &batch->script, (int)change->line, &words, error))
		return false;
	command = line_verb(batch, &words, error);
	if (command && change_refused(batch->session, command, &words, transaction, change, answer,
			       batch->session->options.ensure, error)) {
		batch->there++;
		return true;
	}
	batch->session->options = batch->whole;
	if (batch->refused != words.line || !batch->errors.count) {
		line_errors_note(&batch->errors, error);
		if (refusal_may_come(answer))
			leave_line(batch, &words);
	}
	batch->refused = words.line;
	/* Reported here, because the words don't outlive this call. */
	error->words = NULL;
	arena_reset(&batch->session->arena);
	batch->ended = !batch->whole.force;
	return !batch->ended;
}

/* As refused(), for a row that the kernel ignores. */
static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	struct batch *batch = context;
	const struct command *command;
	struct words words;
	bool passed;

	(void)transaction;
	if (script_find(&batch->again, &batch->script, (int)change->line, &words, error))
		return false;
	command = line_verb(batch, &words, error);
	passed = command && change_lost(batch->session, command, &words, loss, error);
	batch->session->options = batch->whole;
	if (!passed) {
		line_errors_note(&batch->errors, error);
		batch->ended = true;
	}
	error->words = NULL;
	arena_reset(&batch->session->arena);
	return passed;
}

/*
 * If a guard refused the batch because of one line, shows that line. Returns false if there is no
 * such line.
 */
static bool objected(struct batch *batch, struct error *error)
{
	struct error shown = *error;
	struct words words;
	struct error ignored;

	if (!batch->transaction.against ||
		script_find(&batch->again, &batch->script, (int)batch->transaction.against, &words,
			&ignored))
		return false;
	shown.words = &words;
	shown.word = -1;
	line_errors_note(&batch->errors, &shown);
	return true;
}

static void say_there(const struct batch *batch)
{
	char text[96];

	snprintf(text, sizeof text, "%zu of %zu lines unchanged", batch->there, batch->lines);
	session_say(batch->session, text);
}

static int make_changes(struct batch *batch, struct error *error)
{
	struct commit_hooks hooks = {.refused = refused, .lost = lost, .context = batch};
	int status;

	batch->again = script_again(&batch->script);
	status = session_commit(batch->session, &batch->transaction, &hooks, error);
	if (status && !batch->ended)
		batch->ended = objected(batch, error);
	script_close(&batch->again);
	if (!status && batch->whole.ensure && batch->there)
		say_there(batch);
	if (!status && !batch->errors.count)
		return 0;
	if (!status)
		return error_set(error, STATUS_REFUSED, "%s: %zu done, %zu refused",
			batch->script.name, batch->lines - batch->errors.count,
			batch->errors.count);
	if (error->status == STATUS_PARTLY && batch->ended)
		return error_set(error, STATUS_PARTLY, "%s: some changes could not be undone",
			batch->script.name);
	if (!batch->ended)
		return -1;
	return error_set(
		error, batch->errors.status, "%s: nothing was changed", batch->script.name);
}

int command_batch(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct batch batch = {
		.session = session,
		.whole = session->options,
		.errors = {.session = session, .all = session->options.force},
	};
	const char *name = words_take(words);
	int status;

	(void)command;
	if (!name || words_peek(words)) {
		error_at(error, words, words->next, "batch takes the name of one file");
		return error_hint(error, "\"-\" is standard input");
	}
	session_begin(session, &batch.transaction);
	batch.transaction.policy.keep = true;
	batch.transaction.leads = batch.transaction.bare_rules = session->undoing != NULL;
	if (session->options.nexthops && !session->options.dry_run)
		sharing_want(&batch.transaction);
	status = script_open(&batch.script, name, error);
	if (!status)
		status = script_read_ahead(&batch.script, error);
	if (!status)
		status = pending_settle(session, error);
	if (!status)
		status = prepare_lines(&batch, error);
	if (!status)
		status = make_changes(&batch, error);
	script_close(&batch.script);
	transaction_free(&batch.transaction);
	return status;
}
