/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that include each other: a stack of those that are being read. */
#ifndef STATE_SOURCE_FILES_H
#define STATE_SOURCE_FILES_H

#include "base/script.h"
#include "base/vector.h"

struct error;

/* Empty when zeroed. */
struct source_files {
	struct vector open;  /* struct script *: each included by the one before */
	struct vector known; /* struct source: the regular files that have been opened */
};

enum source_state {
	SOURCE_NEW,   /* opened, and on top */
	SOURCE_KNOWN, /* not opened: it has been read */
	SOURCE_OPEN,  /* not opened: it is being read, so it includes itself */
};

/*
 * Opens a file and puts it on top; "-" is standard input. A file is read once, or files that
 * include each other twice would be read 2, 4, 8 … times; what isn't a regular file is new each
 * time. `name` is borrowed. Returns 0, or -1 with the error; then nothing is put on top
 * and errno says why.
 */
int source_files_push(struct source_files *files, const char *name, enum source_state *state,
	struct error *error);
/* Closes the file on top. */
void source_files_pop(struct source_files *files);
/* Returns the file on top; there must be one. */
struct script *source_files_top(const struct source_files *files);
void source_files_close(struct source_files *files);

#endif
