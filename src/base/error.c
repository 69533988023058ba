/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills errors. Truncates sentences that are too long. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

/* Formats into a copy, because a new message often quotes the old one. */
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

static int error_begin(struct error *error, enum status status, const struct words *words, int word)
{
	error->status = status;
	error->words = words;
	error->word = word;
	error->fault = FAULT_OTHER;
	error->field = NULL;
	error->what = error->value = NULL;
	error->hint[0] = '\0';
	return -1;
}

int error_set(struct error *error, enum status status, const char *format, ...)
{
	format_into(error->message, format);
	return error_begin(error, status, NULL, -1);
}

int error_at(struct error *error, const struct words *words, int word, const char *format, ...)
{
	format_into(error->message, format);
	return error_begin(error, STATUS_WORDS, words, word);
}

int error_hint(struct error *error, const char *format, ...)
{
	format_into(error->hint, format);
	return -1;
}

int error_fault(struct error *error, enum fault fault, const char *what, const char *value)
{
	error->fault = fault;
	error->what = what;
	error->value = value;
	return -1;
}

int error_field(struct error *error, const struct field *field)
{
	if (!error->field)
		error->field = field;
	return -1;
}
