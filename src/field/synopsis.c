/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes an object's rows, for -h and for the manual page. */
#include "field/walk.h"

#include <string.h>

#include "base/buffer.h"

enum {
	WORD_COLUMN = 2,
	HELP_COLUMN = 30,
	LAST_COLUMN = 79, /* columns of a line */
};

static bool field_listed(const struct field *field, enum dialect dialect, uint32_t without)
{
	uint32_t foreign = dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;

	return field->help && !(field->flags & (foreign | without | FIELD_READ_ONLY));
}

/* Appends "drop | reject | …": values that are keywords. */
static void put_bare(
	struct buffer *out, const struct field *field, enum dialect dialect, const char *bar)
{
	const char *bare;

	for (int i = 0; (bare = field->kind->bare(field, i, dialect)); i++) {
		if (i)
			buffer_string(out, bar);
		buffer_string(out, bare);
	}
}

static void put_words(struct buffer *out, const struct field *field, enum dialect dialect)
{
	const char *syntax = field->kind ? field->kind->syntax : "";

	if (field->flags & FIELD_POSITIONAL) {
		buffer_string(out, syntax);
	} else if (field->flags & FIELD_BARE) {
		put_bare(out, field, dialect, " | ");
	} else {
		buffer_string(out, field_word(field, dialect));
		if (*syntax) {
			buffer_char(out, ' ');
			buffer_string(out, syntax);
		}
	}
}

/* Writes words from `column` on and indents further lines to `start`; returns the column after
 * them. */
static size_t put_wrapped(struct buffer *out, size_t start, size_t column, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > start && column + 1 + length > LAST_COLUMN) {
			buffer_char(out, '\n');
			buffer_fill(out, ' ', start);
			column = start;
		} else if (column > start) {
			buffer_char(out, ' ');
			column++;
		}
		buffer_add(out, text, length);
		column += length;
		text += length + (text[length] == ' ');
	}
	return column;
}

/* Appends the synonyms of a row in this dialect. */
static void put_synonyms(
	struct buffer *out, const struct field *field, enum dialect dialect, size_t column)
{
	const char *own = field_word(field, dialect);
	const char *synonym = field->synonyms;
	const char *lead = "(also:";
	char word[32];

	while (synonym && *synonym) {
		size_t length = strcspn(synonym, " ");

		snprintf(word, sizeof word, "%.*s", (int)length, synonym);
		synonym += length + strspn(synonym + length, " ");
		if (!strcmp(word, own))
			continue;
		column = put_wrapped(out, HELP_COLUMN, column, lead);
		if (*lead)
			lead = "";
		column = put_wrapped(out, HELP_COLUMN, column, word);
	}
	if (!*lead)
		buffer_char(out, ')');
}

static void put_help(struct buffer *out, const struct field *field, enum dialect dialect)
{
	size_t column = put_wrapped(out, HELP_COLUMN, HELP_COLUMN, field->help);

	put_synonyms(out, field, dialect, column);
	buffer_char(out, '\n');
}

void fields_usage(struct buffer *out, const struct object *object, enum dialect dialect,
	uint32_t only, uint32_t without)
{
	struct buffer left = {0};

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		size_t column;

		if (!field_listed(field, dialect, without) || (field->flags & only) != only)
			continue;
		buffer_reset(&left);
		put_words(&left, field, dialect);
		buffer_fill(out, ' ', WORD_COLUMN);
		column = put_wrapped(out, WORD_COLUMN, WORD_COLUMN, buffer_text(&left));
		if (column >= HELP_COLUMN || left.length > LAST_COLUMN) {
			buffer_char(out, '\n');
			column = 0;
		}
		buffer_fill(out, ' ', HELP_COLUMN - column);
		put_help(out, field, dialect);
	}
	buffer_free(&left);
}

void fields_manual(struct buffer *out, const struct object *object, uint32_t without)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field_listed(field, DIALECT_OWN, without))
			continue;
		buffer_string(out, ".It ");
		if (field->flags & FIELD_POSITIONAL) {
			buffer_format(out, "Ar \"%s\"", field->kind->syntax);
		} else if (field->flags & FIELD_BARE) {
			buffer_string(out, "Cm \"");
			put_bare(out, field, DIALECT_OWN, "\" | Cm \"");
			buffer_string(out, "\"");
		} else {
			buffer_format(out, "Cm %s", field->word);
			if (field->kind && *field->kind->syntax)
				buffer_format(out, " Ar \"%s\"", field->kind->syntax);
		}
		buffer_format(out, "\n%s.\n", field->help);
		if (field->synonyms)
			buffer_format(out, "Also:\n.Cm %s .\n", field->synonyms);
		if (field->sample)
			buffer_format(out, "Example:\n.Ql %s .\n", field->sample);
	}
}
