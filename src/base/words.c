/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks the words of a command and splits a line into words. */
#include "base/words.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hex.h"
#include "base/utf8.h"

bool words_accept(struct words *words, const char *word)
{
	const char *next = words_peek(words);

	if (!next || strcmp(next, word) != 0)
		return false;
	words->next++;
	return true;
}

/* The meaning of each byte of a line, as a table: a batch reads millions of bytes. */
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

/* Reads a byte written as two hexadecimal digits. Returns 0 for anything else. */
static char read_byte(const char *digits)
{
	uint8_t byte = 0;

	if (!digits[0] || !digits[1] || !hex_read(digits, 1, &byte))
		return '\0';
	return (char)byte;
}

/* Writes the bytes of a $'...' to *to and advances it. Returns where the line continues; NULL if
 * the quote is open or an escape is unknown. */
static char *unescape(char *from, char **to)
{
	static const char letters[] = "nrt\\'";
	static const char meant[] = "\n\r\t\\'";

	for (; *from && *from != '\''; from++) {
		const char *letter;

		if (*from != '\\') {
			*(*to)++ = *from;
			continue;
		}
		letter = *++from ? strchr(letters, *from) : NULL;
		if (letter) {
			*(*to)++ = meant[letter - letters];
			continue;
		}
		if (*from != 'x' || !read_byte(from + 1))
			return NULL;
		*(*to)++ = read_byte(from + 1);
		from += 2;
	}
	return *from ? from + 1 : NULL;
}

/*
 * Removes the quotes of a word from its first quote on. Returns where the word ends in the line,
 * and sets *end to where its text ends, which is earlier. Returns NULL if a quote is open.
 */
static char *unquote(char *from, char **end)
{
	char *to = from;

	while (*from && !is_blank(*from)) {
		char quote = *from;
		char *closing;

		if (quote == '$' && from[1] == '\'') {
			from = unescape(from + 2, &to);
			if (!from)
				return NULL;
			continue;
		}
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
			if (*line == '\'' && line > word[count - 1] && line[-1] == '$')
				line--;
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

/* Printable ASCII without a special meaning in a word: nearly all bytes in practice. */
static const bool ordinary[256] = {
	['!'] = true,
	['#' ... '&'] = true,
	['(' ... '['] = true,
	[']' ... '~'] = true,
};

static bool is_ordinary(char character)
{
	return ordinary[(unsigned char)character];
}

/*
 * Returns the length of the character if a word without quotes may contain it anywhere, otherwise
 * 0: not for blanks, quotes, control characters, and a backslash, which would join lines at the end
 * of one.
 */
static size_t plain_length(const char *at)
{
	size_t length;

	if (is_ordinary(*at))
		return 1;
	if (bytes[(unsigned char)*at] || *at == '\\')
		return 0;
	length = utf8_length(at);
	return length && !utf8_is_control(at) ? length : 0;
}

/* Returns the end of a word of such characters, or NULL if it needs quotes. */
__attribute__((noinline)) static const char *plain_end(const char *word)
{
	while (*word) {
		size_t length = plain_length(word);

		if (!length)
			return NULL;
		word += length;
	}
	return word;
}

size_t word_plain_length(const char *word)
{
	const char *end = word;

	while (is_ordinary(*end))
		end++;
	if (*end)
		end = plain_end(end);
	return end && *word != '#' ? (size_t)(end - word) : 0;
}

/* Returns true if the word can be written unchanged between these quotes. */
static bool is_quotable(const char *word, char quote)
{
	if (strchr(word, quote))
		return false;
	while (*word) {
		size_t length = utf8_length(word);

		if (!length || utf8_is_control(word))
			return false;
		word += length;
	}
	return true;
}

static void add_escaped(struct buffer *out, const char *word)
{
	buffer_string(out, "$'");
	while (*word) {
		size_t length = utf8_length(word);

		if (*word == '\\' || *word == '\'')
			buffer_char(out, '\\');
		if (length && !utf8_is_control(word)) {
			buffer_add(out, word, length);
			word += length;
			continue;
		}
		for (size_t i = 0; i < (length ? length : 1); i++)
			buffer_format(out, "\\x%02x", (unsigned char)*word++);
	}
	buffer_char(out, '\'');
}

void word_quote(struct buffer *out, const char *word)
{
	char quote = strchr(word, '\'') ? '"' : '\'';

	if (word_plain_length(word)) {
		buffer_string(out, word);
	} else if (is_quotable(word, quote)) {
		buffer_char(out, quote);
		buffer_string(out, word);
		buffer_char(out, quote);
	} else {
		add_escaped(out, word);
	}
}
