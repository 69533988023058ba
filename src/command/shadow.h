/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Warns of rules that packets do not reach, because another one takes them first. */
#ifndef COMMAND_SHADOW_H
#define COMMAND_SHADOW_H

#include "command/rules.h"

/*
 * Searches for a rule with the same selector before that of the request is added: then one of both
 * gets no packets, or only those for which the other finds no route. If so, sets *warning
 * (STATUS_DONE) and returns true, unless that is intended, as a rule that refuses after one that
 * routes.
 */
bool shadow_find(struct session *session, struct rule_request *request, struct error *warning);
/*
 * As shadow_find(), for an existing rule at a preference that the words do not give: returns true
 * if a rule in front of it takes all its packets.
 */
bool shadow_find_place(struct session *session, struct rule_request *request,
	const struct rule *rule, struct error *warning);

#endif
