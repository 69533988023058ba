/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change that waits to be confirmed (-confirm SECONDS). The lines of a batch that undo it are
 * kept in /run/iproute, one file per network namespace, so that any later command can run them. A
 * background process undoes the change at the deadline; if that process is killed, the next command
 * does.
 */
#ifndef COMMAND_PENDING_H
#define COMMAND_PENDING_H

#include "command/session.h"

struct pending {
	char path[64];    /* of the file in this network namespace */
	int descriptor;   /* of the locked file; -1: nothing waits */
	bool rest;        /* found by pending_find_rest() */
	int64_t deadline; /* milliseconds of CLOCK_BOOTTIME */
};

/*
 * Finds the change that waits in this network namespace and locks its file; blocks while another
 * command holds that lock. A caller that goes on to change something must hold the lock of the
 * namespace (session_lock()) before, to avoid a deadlock. Sets pending->descriptor to -1 if nothing
 * waits. Call pending_close() even on failure. Returns 0, or -1 with the error.
 */
int pending_find(struct pending *pending, struct error *error);
/* As pending_find(), for what an earlier pending_undo() has left for later. */
int pending_find_rest(struct pending *pending, struct error *error);
void pending_close(struct pending *pending);
/* Returns the seconds until the deadline, rounded up; 0 if it has passed. */
unsigned int pending_left(const struct pending *pending);

/*
 * Writes the lines that undo the transaction, followed by the lines `earlier`, with the deadline in
 * `seconds` from now. Called before the commit, and again after it when all numbers are final.
 * Returns 0, or -1 with the error; the old file is unchanged then.
 */
int pending_write(struct session *session, const struct transaction *transaction,
	unsigned int seconds, const struct buffer *earlier, struct error *error);
/* Appends the lines of the change that waits, without the deadline. Returns 0, or -1 with the
 * error. */
int pending_read(struct buffer *lines, struct error *error);
/* Removes the file of a transaction that was not made. Warns if that fails. */
void pending_drop(const struct session *session);
/* Gives up what an earlier pending_undo() has left. Warns if that fails. */
void pending_drop_rest(const struct session *session);
/* Starts the process that undoes the change at the deadline. Returns 0, or -1 with the error. */
int pending_watch(struct error *error);
/* Sleeps in that process until the deadline (returns true) or until nothing waits any more (returns
 * false). Polls every 0.2 s, so that the process ends soon after the change is confirmed. */
bool pending_wait(void);

/*
 * Undoes the change that waits. The caller holds the lock of the namespace. Returns 0, or -1 with
 * the error (STATUS_PARTLY): refused lines are given up, except those that only a device is missing
 * for, which pending_find_rest() finds; if nothing could be done at all, the change still waits and
 * is tried again.
 */
int pending_undo(struct session *session, struct pending *pending, struct error *error);
/* Keeps the change, so that nothing waits any more. Returns 0, or -1 with the error; the change
 * still waits then. */
int pending_keep(struct pending *pending, struct error *error);

/*
 * Call it before reading anything on which a change depends. Takes the lock of the namespace
 * (session_lock()), undoes a change whose deadline has passed, and fails with STATUS_GUARDED while
 * another one waits. Does nothing the second time or in a dry run. Returns 0, or -1 with the error.
 */
int pending_settle(struct session *session, struct error *error);
/*
 * Reports how long the change waits. On a terminal, counts down; Enter keeps the change. Returns 0,
 * or -1 with the error (STATUS_NO) if it was undone meanwhile.
 */
int pending_announce(struct session *session, struct error *error);

/* ---- only for pending_undo.c ---- */

/* Appends the lines of the file, without the first one. Returns 0, or -1 with the error. */
int pending_read_file(struct pending *pending, struct buffer *lines, struct error *error);
/* Writes the lines for pending_find_rest(). Returns 0, or -1 with the error. */
int pending_write_rest(const struct buffer *lines, struct error *error);

#endif
