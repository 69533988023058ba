/* The lines of a file of commands: comments, empty lines, continuation by a backslash at the end.
 */
#ifndef COMMAND_SCRIPT_H
#define COMMAND_SCRIPT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"

enum { SCRIPT_WORDS_MAX = 512 }; /* words of one line */

struct script {
	int descriptor;
	const char *name; /* as typed; "-": standard input */
	struct buffer text;
	size_t next; /* where in text the next line begins */
	int line;    /* number of the last line read */
	bool ended;  /* the file has no more than is in text */
	const char *word[SCRIPT_WORDS_MAX];
};

/* Opens the file; "-" is standard input. `name` is borrowed. 0, or -1 with the error (status 255).
 */
int script_open(struct script *script, const char *name, struct error *error);
void script_close(struct script *script);

/*
 * The words of the next line that has any; a leading `iproute` or `ip` is left out. They are valid
 * until the next call. No words (count 0): the end. 0, or -1 with the error that names file and
 * line.
 */
int script_next(struct script *script, struct words *words, struct error *error);

#endif
