/* What the verbs share that are about everything that fits: flush, flushrules, save, restore. */
#ifndef COMMAND_FLUSH_H
#define COMMAND_FLUSH_H

#include "command/session.h"
#include "model/route.h"
#include "model/rule.h"

/* Reads a selection of routes, `all` (every class) or words, into a zeroed record. 0, or -1. */
int selection_read(
	struct session *session, struct words *words, struct route *wanted, struct error *error);
/* The same of rules. `all` is no word. */
int rule_selection_read(
	struct session *session, struct words *words, struct rule *wanted, struct error *error);

#endif
