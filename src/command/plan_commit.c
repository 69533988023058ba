/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the changes of a plan and explains a refusal by the line of the file. */
#include <errno.h>
#include <string.h>

#include "change/refusal.h"
#include "command/change.h"
#include "command/command.h"
#include "command/plan.h"

/*
 * Reads the line with this number again, from the first file on: happens once, for an error.
 * Returns false if that is impossible, as for standard input.
 */
static bool find_line(struct plan *plan, uint32_t number)
{
	struct error ignored;

	policy_lines_close(&plan->lines);
	if (policy_lines_open(&plan->lines, plan->name, &ignored))
		return false;
	while (plan->lines.number < number)
		if (policy_lines_next(&plan->lines, &plan->words, &ignored) || !plan->words.count)
			return false;
	return true;
}

/* Returns the command of the line that a change comes from, with plan->words after its verb; NULL
 * if it is unknown. */
static const struct command *command_of(struct plan *plan, const struct change *change)
{
	if (!change->line || !strcmp(plan->name, "-") || !find_line(plan, change->line))
		return NULL;
	return command_find(words_take(&plan->words));
}

static bool is_wanted_anyway(const struct change *change, const struct answer *answer)
{
	return change->operation == OPERATION_DELETE &&
	       (answer->number == ESRCH || answer->number == ENOENT);
}

/* Returns true if the kernel refuses because a device is down or lacks an address. */
static bool may_come(const struct answer *answer)
{
	return answer->number == ENETDOWN || answer->number == ENETUNREACH ||
	       answer->number == ENODEV || answer->number == EHOSTUNREACH;
}

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct plan *plan = context;
	const struct command *command;
	bool passes = false;

	if (is_wanted_anyway(change, answer))
		return true;
	command = command_of(plan, change);
	if (command)
		passes = change_refused(plan->session, command, &plan->words, transaction, change,
			answer, true, error);
	else
		refusal_explain(answer, change_message(transaction, change), NULL, NULL, error);
	if (passes || !plan->session->options.partial || !may_come(answer))
		return passes;
	plan_note_refused(plan, change->line);
	error->status = STATUS_DONE;
	error_hint(error, "the line waits: apply the file again when the device is up");
	plan->session->report(error);
	return true;
}

static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	struct plan *plan = context;
	const struct command *command = command_of(plan, change);
	const struct view view = {.names = plan->session->names};

	(void)transaction;
	if (command)
		return change_lost(plan->session, command, &plan->words, loss, error);
	loss_explain(loss, &view, NULL, NULL, error);
	return false;
}

int plan_name_line(struct plan *plan, uint32_t line, struct error *error)
{
	if (!line || error->words || !strcmp(plan->name, "-") || !find_line(plan, line))
		return -1;
	error->words = &plan->words;
	error->word = -1;
	return -1;
}

int plan_check(struct plan *plan, struct error *error)
{
	return transaction_check(&plan->transaction, error)
	               ? plan_name_line(plan, plan->transaction.against, error)
	               : 0;
}

int plan_commit(struct plan *plan, struct error *error)
{
	struct commit_hooks hooks = {.refused = refused, .lost = lost, .context = plan};

	return session_commit(plan->session, &plan->transaction, &hooks, error)
	               ? plan_name_line(plan, plan->transaction.against, error)
	               : 0;
}
