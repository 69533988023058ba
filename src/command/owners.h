/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the routes and rules of each owner, by protocol. */
#ifndef COMMAND_OWNERS_H
#define COMMAND_OWNERS_H

#include "command/session.h"

enum { OWNERS_MAX = 256 };

/* Counts by protocol; a rule's own record counts with the rule. Empty when zeroed. */
struct owners {
	size_t routes[OWNERS_MAX], rules[OWNERS_MAX];
};

/* Counts the kernel's records of the families in the options. Returns 0, or -1 with the error. */
int owners_count(struct session *session, struct owners *owners, struct error *error);
/* Writes each owner: a line in columns, or {"owner", "routes", "rules"} to `writer`. */
void owners_show(struct session *session, const struct owners *owners, struct writer *writer);
/* Writes the counts as metrics for Prometheus. */
void owners_show_metrics(struct session *session, const struct owners *owners);

#endif
