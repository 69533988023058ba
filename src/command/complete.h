/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of `complete`. */
#ifndef COMMAND_COMPLETE_H
#define COMMAND_COMPLETE_H

#include "command/session.h"
#include "field/walk.h"

struct completing {
	struct completion completion;
	struct session *session;
	const struct object *object; /* the object whose words are completed */
	bool existing;               /* the words select something that exists */
};

/*
 * Offers the values of a row that are in use: for a preference and a goto those of the rules, for a
 * class those with rules or routes, for a prefix those of the routes or rules if the words select
 * them. Offers nothing if the kernel does not answer.
 */
void complete_values(struct completing *completing, const struct field *field);

#endif
