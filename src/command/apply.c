/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply: makes the kernel hold what a policy file declares, in one transaction. */
#include "command/command.h"
#include "command/guard.h"
#include "command/last_good.h"
#include "command/pending.h"
#include "command/plan.h"

enum { PROOF_SECONDS = 60 };

/* Reports what was done and how many lines wait. */
static void say(struct plan *plan, const char *done)
{
	size_t waiting = plan->waiting.count + plan->refusals.count;
	char text[192];

	snprintf(text, sizeof text, "%s; %zu line%s", done, waiting,
		waiting == 1 ? " waits" : "s wait");
	session_say(plan->session, waiting ? text : done);
}

/*
 * Proves the expectations on the outcome, before anything is sent. Not with -partial: only the
 * kernel's answers show which lines wait.
 */
static int prove_outcome(struct plan *plan, struct error *error)
{
	bool changes = plan->transaction.changes.count != 0;

	if (changes && plan->session->options.partial)
		return 0;
	/* The outcome shows which rules translate only after the transaction has been checked. */
	if (changes && plan_check(plan, error))
		return -1;
	if (!plan_prove(plan, !changes, error))
		return 0;
	return error->status == STATUS_NO ? error_hint(error,
						    "nothing was changed; `iproute plan %s` shows "
						    "a packet for which it "
						    "does not hold",
						    plan->name)
	                                  : -1;
}

/* Proves the expectations on the kernel after the changes; undoes them if one does not hold. */
static int prove_made(struct plan *plan, struct pending *pending, struct error *error)
{
	struct error broken;

	if (!plan_prove(plan, true, &broken))
		return 0;
	if (pending->descriptor >= 0 && pending_undo(plan->session, pending, error))
		return -1;
	*error = broken;
	return error_hint(error, "the changes are undone; `iproute explain` shows what becomes of "
				 "a packet");
}

/* The changes are neither undone nor kept yet. */
static int leave_waiting(struct error *error)
{
	error->status = STATUS_PARTLY;
	return error_hint(error, "the changes wait, and are undone when their time is over; "
				 "`iproute confirm` keeps them, `iproute rollback` undoes them at "
				 "once");
}

/*
 * Makes the changes and keeps them only if all expectations hold. Until then they wait like a
 * change to be confirmed, so that they are undone if the program is killed.
 */
static int commit_proven(struct plan *plan, struct error *error)
{
	struct options *given = &plan->session->options;
	unsigned int confirm = given->confirm;
	struct pending pending = {.descriptor = -1};
	int status;

	if (!confirm && guard_check(plan->session, &plan->transaction, error))
		return -1;
	if (!confirm)
		given->confirm = PROOF_SECONDS;
	status = plan_commit(plan, error);
	given->confirm = confirm;
	if (status)
		return -1;
	if (pending_find(&pending, error))
		return leave_waiting(error);
	/* Nothing waits where the kernel has refused all for now (-partial). */
	status = prove_made(plan, &pending, error);
	if (!status && !confirm && pending.descriptor >= 0 && pending_keep(&pending, error))
		status = leave_waiting(error);
	pending_close(&pending);
	return status;
}

static int commit(struct plan *plan, struct error *error)
{
	bool makes = plan->transaction.changes.count && !plan->session->options.dry_run;

	return plan->expectations.count && makes ? commit_proven(plan, error)
	                                         : plan_commit(plan, error);
}

static int run(struct plan *plan, struct error *error)
{
	const struct difference *difference = &plan->reconcile.difference;
	bool dry = plan->session->options.dry_run;
	char text[128];

	if (plan_read(plan, error) || pending_settle(plan->session, error) ||
		plan_compare(plan, error) || plan_refuse_bare(plan, error) ||
		prove_outcome(plan, error))
		return -1;
	if (!plan_changes(plan)) {
		last_good_keep(plan);
		say(plan, "unchanged");
		return 0;
	}
	if (commit(plan, error))
		return -1;
	last_good_keep(plan);
	snprintf(text, sizeof text, "%s%zu added, %zu changed, %zu removed", dry ? "# " : "",
		difference->added, difference->changed, difference->removed);
	say(plan, text);
	if (dry)
		plan->session->answer = STATUS_NO;
	return 0;
}

int command_apply(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	bool usage = words->next + 1 < words->count;
	int status = plan_run(session, command, words, run, error);

	return status && session->options.last_good && !usage && error->status != STATUS_PARTLY
	               ? last_good_apply(session, command, run, error)
	               : status;
}
