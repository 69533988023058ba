/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refuses a policy file that declares nothing: a full disk may have emptied it. */
#include <string.h>

#include "command/last_good.h"
#include "command/plan.h"

/* Nobody empties a file of this name by mistake. */
static const char nothing[] = "/dev/null";

/* Lines that wait for a device declare something, too. */
static bool declares(const struct plan *plan)
{
	return plan->want.items.count || plan->kernel.items.count || plan->waiting.count ||
	       !strcmp(plan->name, nothing);
}

int plan_refuse_bare(const struct plan *plan, struct error *error)
{
	const struct options *options = &plan->session->options;
	size_t count = plan->have.items.count;

	if (options->force || declares(plan))
		return 0;
	if (count)
		error_set(error, STATUS_GUARDED,
			"%s declares no route and no rule: %zu of %s would be removed, all that it "
			"has",
			plan->name, count, plan->owner_name);
	else if (options->last_good && last_good_declares(options->last_good))
		error_set(error, STATUS_GUARDED,
			"%s declares no route and no rule, but the last policy that was applied "
			"does",
			plan->name);
	else
		return 0;
	return error_hint(error, "nothing was changed; if this is meant: `iproute -force apply %s`",
		plan->name);
}
