/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the protocol of a policy's owner. */
#include <ctype.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "command/plan.h"
#include "model/route.h"

static bool is_plain_name(const char *name)
{
	return isalpha((unsigned char)*name) &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_.-")];
}

/* The hint for a name without a number: gives it one that no name has yet. Returns -1. */
static int hint_owner(struct plan *plan, struct error *error)
{
	struct names *names = plan->session->names;
	const char *nearest = names_nearest(names, NAMES_PROTOCOLS, plan->owner_name);
	uint32_t number = PROTOCOL_SHARED + 1;

	if (nearest)
		return error_hint(error, "did you mean \"%s\"?", nearest);
	if (!is_plain_name(plan->owner_name))
		return error_hint(error, "an owner has a name; without the line, it is policy");
	while (number < UINT8_MAX && names_name(names, NAMES_PROTOCOLS, number))
		number++;
	return error_hint(error,
		"a number makes it one: `mkdir -p /etc/iproute2/rt_protos.d && echo %u %s "
		">>/etc/iproute2/rt_protos.d/iproute.conf`",
		number, plan->owner_name);
}

int plan_find_owner(struct plan *plan, struct error *error)
{
	struct names *names = plan->session->names;
	const struct words *line = &plan->lines.owner_line;

	if (plan->lines.owner)
		plan->owner_name = plan->lines.owner;
	if (names_number(names, NAMES_PROTOCOLS, plan->owner_name, &plan->owner)) {
		if (plan->owner > RTPROT_STATIC)
			return 0;
		error_at(error, line, 1, "%s cannot be an owner: others use it too",
			plan->owner_name);
		return error_hint(error, "take a name of its own; without the line, it is policy");
	}
	if (!strcmp(plan->owner_name, "policy"))
		return 0;
	error_at(error, line, 1, "there is no protocol \"%s\" to be the owner", plan->owner_name);
	return hint_owner(plan, error);
}
