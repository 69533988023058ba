/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the changes of a plan and explains a refusal by the line of the file. */
#include <errno.h>
#include <string.h>

#include "change/refusal.h"
#include "command/change.h"
#include "command/command.h"
#include "command/plan.h"
#include "command/private_changes.h"

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

/* Explains a refusal by the line of the file. Returns true if the change may pass. */
static bool explain(struct plan *plan, const struct change *change, const struct answer *answer,
	struct error *error)
{
	const struct transaction *transaction = &plan->transaction;
	const struct command *command = command_of(plan, change);

	if (command)
		return change_refused(plan->session, command, &plan->words, transaction, change,
			answer, true, error);
	refusal_explain(answer, change_message(transaction, change), NULL, NULL, error);
	return false;
}

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct plan *plan = context;
	struct plan_refusal refusal = {
		.line = change->line,
		.change = (size_t)(change - (const struct change *)transaction->changes.items),
		.answer = *answer,
	};

	if (is_wanted_anyway(change, answer))
		return true;
	if (!plan->session->options.partial || !refusal_may_come(answer))
		return explain(plan, change, answer, error);
	vector_push(&plan->refusals, &refusal);
	return true;
}

static int compare_refusals(const void *a, const void *b)
{
	const struct plan_refusal *left = a;
	const struct plan_refusal *right = b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->change < right->change ? -1 : left->change > right->change;
}

static void report_refusal(struct plan *plan, const struct plan_refusal *refusal)
{
	const struct change *change = vector_at(&plan->transaction.changes, refusal->change);
	struct error warning;

	explain(plan, change, &refusal->answer, &warning);
	warning.status = STATUS_DONE;
	error_hint(
		&warning, change_is_private(&plan->transaction, change)
				  ? PLAN_BARE_HINT " up"
				  : "the line waits: apply the file again when the device is up");
	plan->session->report(&warning);
}

/* Returns true if the refusal is to be reported: that of a device that is not there has been. */
static bool settle_refusal(struct plan *plan, const struct plan_refusal *refusal)
{
	const struct change *change = vector_at(&plan->transaction.changes, refusal->change);

	/* A new rule is made without its own record. */
	if (!change->allocates)
		plan_note_refused(plan, refusal->line);
	return !plan_is_waiting(plan, refusal->line);
}

/* The changes were sent in another order than that of the file, and some of them twice if another
 * program used the same private class. */
static void settle_refusals(struct plan *plan)
{
	struct vector *refusals = &plan->refusals;
	size_t left = 0;

	vector_sort(refusals, compare_refusals);
	for (size_t i = 0; i < refusals->count; i++) {
		struct plan_refusal *refusal = vector_at(refusals, i);

		if (i && !compare_refusals(vector_at(refusals, i - 1), refusal))
			continue;
		if (!settle_refusal(plan, refusal))
			continue;
		report_refusal(plan, refusal);
		*(struct plan_refusal *)vector_at(refusals, left++) = *refusal;
	}
	refusals->count = left;
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

	int status = session_commit(plan->session, &plan->transaction, &hooks, error);

	if (status)
		return plan_name_line(plan, plan->transaction.against, error);
	settle_refusals(plan);
	return 0;
}
