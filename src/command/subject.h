/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subject of explain, test, check, diff and graph: the kernel's policy or that of a file. */
#ifndef COMMAND_SUBJECT_H
#define COMMAND_SUBJECT_H

#include "command/session.h"
#include "state/policy_file.h"
#include "state/snapshot.h"

struct subject {
	const char *name; /* name of the file; NULL: the kernel */
	struct snapshot *snapshot;
	struct policy_file file;
	struct words words; /* without `-f FILE` */
	bool unsent;        /* the outcome of a transaction: the kernel can't be asked */
	bool completes;     /* what the file leaves out is that of the kernel: see remainder.h */
};

/* Returns the outcome of a transaction (change/outcome.h) as a subject. Takes ownership of the
 * snapshot, which subject_close() frees. */
struct subject subject_of_outcome(struct snapshot *outcome);

/* Takes `-f FILE` from the words, wherever it is; subject->words has the rest, in the session's
 * arena. Returns 0, or -1 with the error. */
int subject_words(
	struct session *session, struct words *words, struct subject *subject, struct error *error);
/*
 * Reads the policy of subject->name. From now on the session's device names are those of the
 * snapshot. Call subject_close() even on failure. Returns 0, or -1 with the error, whose words are
 * in the session's arena.
 */
int subject_open(struct session *session, struct subject *subject, struct error *error);
void subject_close(struct session *session, struct subject *subject);
/* Opens the subject, calls `run`, and closes the subject. Returns the status of the first of these
 * that fails, with the error, whose words are in the session's arena. */
int subject_run(struct session *session, struct subject *subject,
	int (*run)(struct session *session, struct subject *subject, struct error *error),
	struct error *error);

#endif
