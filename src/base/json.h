/*
 * JSON as words: an array of objects, of which each becomes the words that it stands for. A key is
 * a word, its value the words behind it; `true` is the key alone; a list repeats its key.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"

struct json {
	char *at;           /* the rest of the text, ended by NUL; changed in place */
	int line;           /* that `at` is in */
	struct arena arena; /* of the words of one element */
	const char **word;
	int room, count;
	const char *reason;
};

/* Steps into the array. 0, or -1 with json->reason. */
int json_open(struct json *json);
/*
 * The words of the next element, at most `room`; valid until the next call. Numbers come in
 * hexadecimal, which every field reads as a number. The number of words, 0 at the end (nothing may
 * follow it), or -1 with json->reason.
 */
int json_next(struct json *json, const char **word, int room);
void json_close(struct json *json);

#endif
