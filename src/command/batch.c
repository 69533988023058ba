/* batch FILE: every line is prepared first, then all changes are made, or none. */
#include <string.h>

#include "command/change.h"
#include "command/script.h"
#include "policy/sharing.h"

enum { ERRORS_SHOWN = 20 };

struct batch {
	struct session *session;
	struct transaction transaction;
	struct script script;
	struct script again;  /* to show a line that was refused */
	struct options whole; /* as they were before the batch */
	size_t lines;
	size_t wrong;       /* lines with an error */
	enum status status; /* of the first of them; wrong words go before all else */
	bool ended;         /* by a refusal, which has been said */
	int refused;        /* the last line refused by the kernel */
};

/* ---- preparing ---- */

/* What an error in one line is to the whole. */
static void batch_note(struct batch *batch, const struct error *error)
{
	if (!batch->wrong || error->status == STATUS_WORDS)
		batch->status = error->status;
	if (batch->wrong++ < ERRORS_SHOWN || batch->whole.force)
		batch->session->report(error);
}

/* Scripts say `ip rule add`: the verb is addrule. NULL: it is none of rules; the words are as they
 * were. */
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

/* The verb of a line, behind its options. NULL with the error. */
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
	if (!command || command->prepare)
		return command;
	error_at(error, words, words->next - 1, "a batch takes the verbs that change something");
	return NULL;
}

static void prepare_line(struct batch *batch, struct words *words)
{
	struct transaction *transaction = &batch->transaction;
	struct error error;
	const struct command *command = line_verb(batch, words, &error);

	batch->lines++;
	transaction->line = (uint32_t)words->line;
	if (!command || command->prepare(batch->session, command, words, transaction, &error))
		batch_note(batch, &error);
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
			batch_note(batch, &wrong);
		} else if (words.count) {
			prepare_line(batch, &words);
		} else {
			break;
		}
	}
	batch->session->options = batch->whole;
	if (!batch->wrong || (batch->whole.force && batch->status != STATUS_WORDS))
		return 0;
	return error_set(error, batch->status,
		"%s: %zu of %zu lines are wrong: nothing was changed", batch->script.name,
		batch->wrong, batch->lines);
}

/* ---- making ---- */

/* The line that a refused change came from is read again, and the words blamed. True: go on. */
static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct batch *batch = context;
	const struct command *command;
	struct words words;

	if (script_find(&batch->again, &batch->script, (int)change->line, &words, error))
		return false;
	command = line_verb(batch, &words, error);
	if (command &&
		change_refused(batch->session, command, &words, transaction, change, answer, error))
		return true;
	arena_reset(&batch->session->arena);
	batch->session->options = batch->whole;
	if (batch->refused != words.line || !batch->wrong)
		batch_note(batch, error);
	batch->refused = words.line;
	/* It has been said: the words do not outlive this call. */
	error->words = NULL;
	batch->ended = !batch->whole.force;
	return !batch->ended;
}

/* The same for what the kernel drops. */
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
	arena_reset(&batch->session->arena);
	batch->session->options = batch->whole;
	if (!passed) {
		batch_note(batch, error);
		batch->ended = true;
	}
	error->words = NULL;
	return passed;
}

/* Of what is refused by a guard for the sake of one line, that line is shown. False: of none. */
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
	batch_note(batch, &shown);
	return true;
}

static int make_changes(struct batch *batch, struct error *error)
{
	struct referee referee = {.refused = refused, .lost = lost, .context = batch};
	int status;

	if (batch->whole.nexthops && !batch->whole.dry_run)
		sharing_join(&batch->transaction);
	batch->again = script_again(&batch->script);
	status = session_commit(batch->session, &batch->transaction, &referee, error);
	if (status && !batch->ended)
		batch->ended = objected(batch, error);
	script_close(&batch->again);
	if (!status && !batch->wrong)
		return 0;
	if (!status)
		return error_set(error, STATUS_REFUSED, "%s: %zu done, %zu refused",
			batch->script.name, batch->lines - batch->wrong, batch->wrong);
	if (error->status == STATUS_PARTLY && batch->ended)
		return error_set(error, STATUS_PARTLY, "%s: some changes could not be undone",
			batch->script.name);
	if (!batch->ended)
		return -1;
	return error_set(error, batch->status, "%s: nothing was changed", batch->script.name);
}

int command_batch(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct batch batch = {
		.session = session,
		.transaction = transaction_new(session->netlink),
		.whole = session->options,
	};
	const char *name = words_take(words);
	int status;

	batch.transaction.policy.keep = true;
	(void)command;
	if (!name || words_peek(words)) {
		error_at(error, words, words->next, "batch takes the name of one file");
		return error_hint(error, "\"-\" is standard input");
	}
	if (script_open(&batch.script, name, error))
		return -1;
	status = prepare_lines(&batch, error);
	if (!status)
		status = make_changes(&batch, error);
	script_close(&batch.script);
	transaction_free(&batch.transaction);
	return status;
}
