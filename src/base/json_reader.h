/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns JSON into words: each object of an array becomes the words of one command. A key becomes a
 * word, its value the words after it; `true` becomes the key alone; a list repeats its key.
 */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include "base/arena.h"

struct json {
	char *at; /* the rest of the text, NUL-terminated, owned by the caller, changed in place */
	int line; /* line number of `at`, from 1 */
	struct arena arena; /* for the words of one element */
	const char **word;
	int room, count;
	const char *reason;
};

/* Enters the array. Returns 0, or -1 with json->reason set to a constant sentence. */
int json_open(struct json *json);
/*
 * Stores the words of the next element, at most `room`; they are valid until the next call. Numbers
 * are written in hexadecimal, which every field reads as a number and never as a name. Returns the
 * number of words, 0 at the end of the array (nothing may follow it), or -1 with json->reason set.
 */
int json_next(struct json *json, const char **word, int room);
void json_close(struct json *json);

#endif
