/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the packets that two policies treat differently. */
#ifndef COMMAND_DIFF_H
#define COMMAND_DIFF_H

#include "command/session.h"
#include "state/snapshot.h"

enum { CHANGES_SHOWN_MOST = 10000 };

struct shown_changes {
	struct session *session;
	struct writer *writer; /* NULL: text to the session's output */
	size_t most;           /* stops after this number; 0: CHANGES_SHOWN_MOST */
	size_t count;          /* shown so far */
	bool more;             /* there are changes that are not shown */
};

/*
 * Shows the packets of the session's family that two snapshots treat differently. Returns 0, or -1
 * with the error.
 */
int shown_changes_write(struct shown_changes *shown, struct snapshot *before,
	struct snapshot *after, struct error *error);
/* Warns if not all changes were shown. `hint`: where to find the others; NULL: none. */
void shown_changes_warn(const struct shown_changes *shown, const char *hint);

#endif
