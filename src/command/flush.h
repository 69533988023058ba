/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the verbs that work on a selection: flush, flushrules, save, restore. */
#ifndef COMMAND_FLUSH_H
#define COMMAND_FLUSH_H

#include "command/session.h"
#include "model/route.h"
#include "model/rule.h"

/*
 * Reads words that select routes, or `all` (every class), into the zeroed record *wanted. Returns
 * 0, or -1 with the error.
 */
int selection_read(
	struct session *session, struct words *words, struct route *wanted, struct error *error);
/* As selection_read(), for rules, without the word `all`. */
int rule_selection_read(
	struct session *session, struct words *words, struct rule *wanted, struct error *error);

#endif
