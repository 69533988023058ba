/*
 * The lines of a file of commands: comments, empty lines, continuation by a backslash at the end.
 * Or the same as JSON: an array of objects {"VERB": {...}}, each a line. Read once from front to
 * back, and single lines again.
 */
#ifndef COMMAND_SCRIPT_H
#define COMMAND_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/vector.h"
#include "base/words.h"

enum {
	SCRIPT_WORDS_MAX = 4096, /* words of one line */
	SCRIPT_NOTE_MAX = 1024,
};

struct script {
	const char *name;     /* as typed; "-": standard input */
	int descriptor;       /* what is read */
	int spool;            /* what it can be read from again */
	uint64_t offset;      /* in the spool, of what is read next */
	struct buffer text;   /* a part of it */
	size_t next;          /* where in text the next line begins */
	int line;             /* number of the last line read */
	int begun;            /* of the first one that is joined to it */
	bool borrowed;        /* the descriptors are those of another cursor */
	bool ended;           /* there is no more than is in text */
	struct vector places; /* struct script_place, now and then */
	bool started;         /* something was read */
	bool is_json;
	struct json json;
	char head[SCRIPT_NOTE_MAX]; /* the first line, as far as it fits */
	char tail[SCRIPT_NOTE_MAX]; /* the last line so far that is not empty */
	const char *word[SCRIPT_WORDS_MAX];
};

/* Opens the file; "-" is standard input. `name` is borrowed. 0, or -1 with the error (status 255).
 */
int script_open(struct script *script, const char *name, struct error *error);
void script_close(struct script *script);

/*
 * The words of the next line that has any; a leading `iproute` or `ip` is left out. They are valid
 * until the next call. No words (count 0): the end. 0, or -1 with the error that names file and
 * line; the line after it can still be read, unless script->ended.
 */
int script_next(struct script *script, struct words *words, struct error *error);

/*
 * A second cursor over the lines that the first has read, for script_find(); closed with
 * script_close() before the first.
 */
struct script script_again(const struct script *first);
/*
 * The words of the line with this number, as script_next() gave them to the first cursor; quick for
 * one behind the other. 0, or -1 with the error.
 */
int script_find(struct script *again, const struct script *first, int line, struct words *words,
	struct error *error);

#endif
