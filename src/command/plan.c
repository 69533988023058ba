/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: shows what apply would change, and the effect on packets. */
#include "command/plan.h"
#include "command/command.h"

static int run(struct plan *plan, struct error *error)
{
	size_t broken = 0;

	if (plan_read(plan, error) || plan_compare(plan, error) ||
		transaction_check(&plan->transaction, error) || plan_show(plan, &broken, error))
		return -1;
	plan->session->answer = plan_changes(plan) || broken ? STATUS_NO : STATUS_DONE;
	return 0;
}

int command_plan(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	return plan_run(session, command, words, run, error);
}
