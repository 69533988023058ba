/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a file of commands line by line: skips comments and empty lines, joins lines that end in a
 * backslash. Also reads JSON: an array of objects {"VERB": {...}}, each of which counts as a line.
 * The file is read once from front to back; single lines can be read again.
 */
#ifndef BASE_SCRIPT_H
#define BASE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/json_reader.h"
#include "base/vector.h"
#include "base/words.h"

enum {
	SCRIPT_WORDS_MAX = 16384, /* words of one line: enough for 2000 nexthops */
	SCRIPT_NOTE_MAX = 1024,
};

struct script {
	const char *name;     /* as typed; "-": standard input */
	int descriptor;       /* what is read */
	int spool;            /* descriptor from which it can be read again */
	uint64_t offset;      /* of the next bytes in the spool */
	struct buffer text;   /* a part of the file */
	size_t next;          /* where the next line starts in text */
	int line;             /* number of the last line read */
	int begun;            /* number of the first line joined to it */
	bool borrowed;        /* the descriptors are those of another cursor */
	bool ended;           /* the rest of the file is in text */
	struct vector places; /* struct script_place, at intervals */
	bool started;         /* something was read */
	bool is_json;
	struct json json;
	char head[SCRIPT_NOTE_MAX]; /* the first line, as far as it fits */
	char tail[SCRIPT_NOTE_MAX]; /* the last line so far that is not empty */
	const char **word;          /* room for SCRIPT_WORDS_MAX; NULL until a line is read */
};

/* Opens the file; "-" is standard input. `name` is borrowed. Returns 0, or -1 with the error
 * (status 255). */
int script_open(struct script *script, const char *name, struct error *error);
/*
 * Reads an input that can't be read twice (a pipe) completely, so that its writer can't delay the
 * reader later. Call it before the first script_next(). Returns 0, or -1 with the error.
 */
int script_read_ahead(struct script *script, struct error *error);
void script_close(struct script *script);

/*
 * Reads the words of the next line that has any, without a leading `iproute` or `ip`. They are
 * valid until the next call; count 0 means the end. Returns 0, or -1 with the error, which names
 * file and line; the next line can still be read then, unless script->ended.
 */
int script_next(struct script *script, struct words *words, struct error *error);

/*
 * Returns a second cursor over the lines that the first has read, for script_find(). Close it with
 * script_close() before the first one.
 */
struct script script_again(const struct script *first);
/*
 * Reads the words of the line with this number, as script_next() returned them for the first
 * cursor. Fast for ascending numbers. Returns 0, or -1 with the error.
 */
int script_find(struct script *again, const struct script *first, int line, struct words *words,
	struct error *error);

#endif
