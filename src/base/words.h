/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cursor over the words of one command: argv, or a line of a file. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;

struct words {
	const char *const *word; /* `count` NUL-terminated strings; borrowed */
	int count;
	int next;         /* index of the word that words_take() returns next */
	const char *file; /* name of the file the line is from, or NULL: the command line */
	int line;         /* number of its first line, from 1 */
};

/* Both return the next word, or NULL at the end. words_take() also moves past it. */
static inline const char *words_peek(const struct words *words)
{
	return words->next < words->count ? words->word[words->next] : NULL;
}
static inline const char *words_take(struct words *words)
{
	return words->next < words->count ? words->word[words->next++] : NULL;
}
/* If the next word equals `word`, skips it and returns true. */
bool words_accept(struct words *words, const char *word);

/*
 * Splits a line into words, in place: `word` points into `line`. Blanks separate words, '#' at the
 * start of a word starts a comment, '...' and "..." quote blanks. $'...' is as in bash: \n \r \t
 * \\ \' and \xHH stand for bytes. Returns the number of words, at most `room`, or -1 with *reason
 * set to a constant sentence (an open quote, too many words).
 */
int words_cut(char *line, const char **word, int room, const char **reason);

/* Returns the length of a word that words_cut() reads unchanged; 0 if it needs quotes. */
size_t word_plain_length(const char *word);
/*
 * Adds one word, quoted if necessary, so that words_cut() reads it back, for any bytes. The added
 * text is UTF-8 without control characters, in one line.
 */
void word_quote(struct buffer *out, const char *word);

#endif
