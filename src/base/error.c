/* Fills in what went wrong. Sentences that are too long are cut, never overrun. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

/* By way of a copy: an error is often wrapped in words that quote its own message. */
#define format_into(field, format)                                \
	do {                                                      \
		char text[sizeof(field)];                         \
		va_list arguments;                                \
                                                                  \
		va_start(arguments, format);                      \
		vsnprintf(text, sizeof(text), format, arguments); \
		va_end(arguments);                                \
		memcpy(field, text, strlen(text) + 1);            \
	} while (0)

int error_set(struct error *error, enum status status, const char *format, ...)
{
	format_into(error->message, format);
	error->status = status;
	error->words = NULL;
	error->word = -1;
	error->hint[0] = '\0';
	return -1;
}

int error_at(struct error *error, const struct words *words, int word, const char *format, ...)
{
	format_into(error->message, format);
	error->status = STATUS_WORDS;
	error->words = words;
	error->word = word;
	error->hint[0] = '\0';
	return -1;
}

int error_hint(struct error *error, const char *format, ...)
{
	format_into(error->hint, format);
	return -1;
}
