/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: shows what apply would change, and the effect on packets. */
#include "command/plan.h"
#include "command/command.h"

static void warn_of_bare(const struct plan *plan)
{
	struct error warning;

	if (!plan_refuse_bare(plan, &warning))
		return;
	warning.status = STATUS_DONE;
	error_hint(&warning, "apply refuses that, unless -force is given");
	plan->session->report(&warning);
}

static int run(struct plan *plan, struct error *error)
{
	size_t broken = 0;

	if (plan_read(plan, error) || plan_compare(plan, error))
		return -1;
	warn_of_bare(plan);
	if (plan_check(plan, error) || plan_show(plan, &broken, error))
		return -1;
	plan->session->answer = plan_changes(plan) || broken ? STATUS_NO : STATUS_DONE;
	return 0;
}

int command_plan(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	return plan_run(session, command, words, run, error);
}
