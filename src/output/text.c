/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes each token with the blank of its spacing. */
#include "output/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "base/words.h"
#include "output/tint.h"

struct text {
	struct writer writer;
	enum spacing spacing;
	bool colour;
	bool light;          /* for a light background */
	bool visible;        /* control characters are escaped */
	bool gap;            /* the next token needs no blank before it */
	unsigned int hidden; /* depth of open lists and objects that text does not show */
	const char *prefix;
	size_t prefix_length;
};

/* Returns true if a token that ends with the character needs no blank behind it: a blank, tab or
 * newline. Other control characters don't end a token. */
static bool is_gap(char character)
{
	return (unsigned char)character <= ' ';
}

static void add_bytes(struct text *text, const char *token, size_t length)
{
	char *to = buffer_reserve(text->writer.out, length + 1);

	if (text->spacing == SPACING_AFTER) {
		memcpy(to, token, length);
		to[length] = ' ';
		buffer_advance(text->writer.out, length + 1);
		return;
	}
	if (!text->gap)
		*to++ = ' ';
	memcpy(to, token, length);
	buffer_advance(text->writer.out, length + !text->gap);
	text->gap = is_gap(token[length - 1]);
}

static void add_token(struct text *text, const char *token)
{
	if (*token)
		add_bytes(text, token, strlen(token));
}

static void add_coloured(struct text *text, enum tint tint, const char *token)
{
	struct buffer *out = text->writer.out;
	size_t length = strlen(token), covered = length;

	if (!length)
		return;
	if (text->spacing != SPACING_AFTER && !text->gap)
		buffer_char(out, ' ');
	/*
	 * `ip route` also colours the blank after the value; `ip rule` doesn't colour the prefix
	 * length.
	 */
	if (text->spacing == SPACING_BEFORE && tint != TINT_DEVICE)
		covered = strcspn(token, "/");
	buffer_string(out, tint_escape(tint, text->light));
	buffer_add(out, token, covered);
	if (text->spacing == SPACING_AFTER)
		buffer_char(out, ' ');
	buffer_string(out, TINT_END);
	buffer_add(out, token + covered, length - covered);
	text->gap = is_gap(token[length - 1]);
}

/* Returns false if text doesn't show values with this label. */
static bool is_shown(const struct text *text, const struct label *label)
{
	return !text->hidden && (!label || label->word);
}

static void add_label(struct text *text, const struct label *label)
{
	if (label)
		add_token(text, label->word);
}

static void text_begin(struct writer *writer)
{
	(void)writer;
}

static void text_end(struct writer *writer)
{
	(void)writer;
}

static void text_open(struct writer *writer)
{
	struct text *text = (struct text *)writer;

	buffer_add(writer->out, text->prefix, text->prefix_length);
	text->gap = true;
}

static void text_close(struct writer *writer)
{
	buffer_char(writer->out, '\n');
}

/* Adds a value with colour, with quotes or without control characters, as needed. */
__attribute__((noinline)) static void add_dressed(
	struct text *text, enum tint tint, const char *value)
{
	struct buffer dressed = {0};

	if (text->spacing == SPACING_BETWEEN)
		word_quote(&dressed, value);
	else if (text->visible)
		utf8_add_visible(&dressed, value);
	else
		buffer_string(&dressed, value);
	if (text->colour && tint != TINT_NONE)
		add_coloured(text, tint, buffer_text(&dressed));
	else
		add_token(text, buffer_text(&dressed));
	buffer_free(&dressed);
}

/* Adds a value so that the grammar can read it. ip's form has no quotes. Most values need
 * nothing. */
static void add_value(struct text *text, enum tint tint, const char *value)
{
	size_t length = text->spacing == SPACING_BETWEEN ? word_plain_length(value) : 0;

	if (length && !text->colour)
		add_bytes(text, value, length);
	else
		add_dressed(text, tint, value);
}

static void text_string(
	struct writer *writer, const struct label *label, enum tint tint, const char *string)
{
	struct text *text = (struct text *)writer;

	if (!is_shown(text, label))
		return;
	add_label(text, label);
	if (string)
		add_value(text, tint, string);
}

static void text_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *string)
{
	struct text *text = (struct text *)writer;

	if (!is_shown(text, label))
		return;
	add_label(text, label);
	if (string) {
		add_value(text, TINT_NONE, string);
		return;
	}
	if (text->spacing != SPACING_AFTER && !text->gap)
		buffer_char(writer->out, ' ');
	buffer_number(writer->out, number);
	if (text->spacing == SPACING_AFTER)
		buffer_char(writer->out, ' ');
	text->gap = false;
}

static void text_literal(
	struct writer *writer, const struct label *label, const char *json, const char *string)
{
	struct text *text = (struct text *)writer;

	(void)json;
	if (!is_shown(text, label))
		return;
	add_label(text, label);
	if (string)
		add_token(text, string);
}

static void text_flag(struct writer *writer, const struct label *label)
{
	struct text *text = (struct text *)writer;

	if (is_shown(text, label))
		add_label(text, label);
}

static void text_aside(struct writer *writer, const char *string)
{
	struct text *text = (struct text *)writer;
	size_t length = strlen(string);

	if (text->hidden || !length)
		return;
	buffer_add(writer->out, string, length);
	text->gap = is_gap(string[length - 1]);
}

static void text_nest_open(struct writer *writer, const struct label *label)
{
	struct text *text = (struct text *)writer;

	if (is_shown(text, label))
		add_label(text, label);
	else
		text->hidden++;
}

static void text_nest_close(struct writer *writer)
{
	struct text *text = (struct text *)writer;

	if (text->hidden)
		text->hidden--;
}

static void text_free(struct writer *writer)
{
	free(writer);
}

static const struct writer_ops text_ops = {
	.begin = text_begin,
	.end = text_end,
	.open = text_open,
	.close = text_close,
	.string = text_string,
	.number = text_number,
	.literal = text_literal,
	.flag = text_flag,
	.aside = text_aside,
	.object_open = text_nest_open,
	.object_close = text_nest_close,
	.list_open = text_nest_open,
	.list_close = text_nest_close,
	.free = text_free,
};

struct writer *text_writer(
	struct buffer *out, enum spacing spacing, bool colour, const char *prefix)
{
	struct text *text = memory_get(sizeof(*text));

	text->writer.ops = &text_ops;
	text->writer.out = out;
	text->spacing = spacing;
	text->colour = colour;
	text->gap = true;
	text->prefix = prefix;
	text->prefix_length = strlen(prefix);
	return &text->writer;
}

void text_writer_light(struct writer *writer)
{
	((struct text *)writer)->light = true;
}

void text_writer_visible(struct writer *writer)
{
	((struct text *)writer)->visible = true;
}
