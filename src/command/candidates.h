/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds routes that may have been meant by words that match none. */
#ifndef COMMAND_CANDIDATES_H
#define COMMAND_CANDIDATES_H

#include "command/session.h"
#include "model/route.h"

/*
 * Adds the kernel's routes with the destination of `wanted`, of all classes except private ones, to
 * the error's hint, after a sentence. `class`: the class that was searched. Returns true if there
 * are any.
 */
bool candidates_hint(
	struct session *session, const struct route *wanted, uint32_t class, struct error *error);

#endif
