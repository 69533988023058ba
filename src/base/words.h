/* A cursor over the words of one command: argv, or a line of a file. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	const char *const *word; /* count strings, each ended by NUL; borrowed */
	int count;
	int next;         /* index of the word that words_take() returns next */
	const char *file; /* name of the file the line is from, or NULL: the command line */
	int line;         /* number of its first line, from 1 */
};

/* The next word, or NULL at the end. Peek leaves it there, take steps over it. */
static inline const char *words_peek(const struct words *words)
{
	return words->next < words->count ? words->word[words->next] : NULL;
}
static inline const char *words_take(struct words *words)
{
	return words->next < words->count ? words->word[words->next++] : NULL;
}
/* True, and steps over it, if the next word equals `word`. */
bool words_accept(struct words *words, const char *word);

/*
 * Cuts a line into words in place: blanks part them, '#' at the start of a word ends the line,
 * '...' and "..." hold blanks together. At most `room` words. Returns the number of words, or -1
 * with *reason set to a sentence (an open quote, too many words).
 */
int words_cut(char *line, const char **word, int room, const char **reason);

#endif
