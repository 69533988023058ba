/* Walks the words of a command, and cuts a line into words. */
#include "base/words.h"

#include <string.h>

bool words_accept(struct words *words, const char *word)
{
	const char *next = words_peek(words);

	if (!next || strcmp(next, word) != 0)
		return false;
	words->next++;
	return true;
}

/* What a byte of a line is to its words: a batch looks at millions. */
enum { BYTE_BLANK = 1, BYTE_QUOTE = 2, BYTE_END = 4 };

static const unsigned char bytes[256] = {
	['\0'] = BYTE_END,
	['\t'] = BYTE_BLANK,
	['\n'] = BYTE_BLANK,
	['\v'] = BYTE_BLANK,
	['\f'] = BYTE_BLANK,
	['\r'] = BYTE_BLANK,
	[' '] = BYTE_BLANK,
	['\''] = BYTE_QUOTE,
	['"'] = BYTE_QUOTE,
};

static bool is_blank(char character)
{
	return bytes[(unsigned char)character] & BYTE_BLANK;
}

/*
 * Takes the quotes out of a word from its first quote on. Returns where the word ends in the line;
 * *end is where its text ends, which is earlier. NULL: a quote is open.
 */
static char *unquote(char *from, char **end)
{
	char *to = from;

	while (*from && !is_blank(*from)) {
		char quote = *from;
		char *closing;

		if (quote != '\'' && quote != '"') {
			*to++ = *from++;
			continue;
		}
		closing = strchr(++from, quote);
		if (!closing)
			return NULL;
		memmove(to, from, closing - from);
		to += closing - from;
		from = closing + 1;
	}
	*end = to;
	return from;
}

int words_cut(char *line, const char **word, int room, const char **reason)
{
	int count = 0;

	for (;;) {
		char *end;

		while (is_blank(*line))
			line++;
		if (!*line || *line == '#')
			return count;
		if (count == room) {
			*reason = "too many words";
			return -1;
		}
		word[count++] = line;
		while (!bytes[(unsigned char)*line])
			line++;
		end = line;
		if (*line == '\'' || *line == '"') {
			line = unquote(line, &end);
			if (!line) {
				*reason = "a quote is open";
				return -1;
			}
		}
		if (!*line) {
			*end = '\0';
			return count;
		}
		line++;
		*end = '\0';
	}
}
