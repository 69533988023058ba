/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a policy file, with the lines of the files that it includes in their places. Takes
 * care of three kinds of lines and returns all others:
 *
 *	owner NAME       what the file declares carries this routing protocol
 *	set NAME VALUE…  $NAME or ${NAME} in a later line stands for VALUE; $$ is a dollar;
 *	                 in what `save` wrote, so is $, unless a line sets a name
 *	include FILE     FILE is relative to the folder of the file that includes it;
 *	                 a file that has been read is not read again
 */
#ifndef STATE_POLICY_LINES_H
#define STATE_POLICY_LINES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/script.h"
#include "base/vector.h"
#include "base/words.h"
#include "state/source_files.h"

struct error;

struct policy_lines {
	struct source_files sources;
	struct vector settings;  /* struct policy_setting */
	const char *owner;       /* NULL: no line has named one */
	struct words owner_line; /* the line that has named it */
	uint32_t number;         /* number of the last line returned, from 1, counted over all files
	                          */
	struct arena arena;      /* memory of names and values, as long as this struct */
	struct arena line;       /* of the line returned last */
	struct buffer text;      /* the word being composed */
	struct vector words;     /* const char *: words of a line in which names were replaced */
};

/*
 * Opens a file; "-" is standard input. `name` is borrowed. Call policy_lines_close() even on
 * failure. Returns 0, or -1 with the error.
 */
int policy_lines_open(struct policy_lines *lines, const char *name, struct error *error);
void policy_lines_close(struct policy_lines *lines);

/*
 * Reads the words of the next line, valid until the next call; count 0 means the end. Returns 0, or
 * -1 with the error, which borrows *words: these are then valid until policy_lines_close().
 */
int policy_lines_next(struct policy_lines *lines, struct words *words, struct error *error);

/* Writes the dollars of a word that an error of the last line suggests as they are written there.
 */
void policy_lines_suggest(const struct policy_lines *lines, struct error *error);

/* Fills the error for a line that begins with a word which no policy file has. Returns -1. */
int policy_lines_refuse(const struct words *words, struct error *error);

/* Returns the file that was opened; its first line shows whether `save` wrote it. */
const struct script *policy_lines_root(const struct policy_lines *lines);

#endif
