/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds back the first records to find the widths of the columns; passes values without a column to
 * a text writer.
 */
#include "output/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/words.h"
#include "base/vector.h"
#include "output/text.h"
#include "output/tint.h"

enum { RECORDS_HELD = 1000 };

/* The value of one record in one column: a part of columns->cells_text. */
struct cell {
	size_t offset;
	size_t length; /* in bytes; 0: absent */
	enum tint tint;
};

struct key {
	const char *text;
	size_t length;
	size_t column;
};

struct columns {
	struct writer writer;
	const char *title;
	const struct column *column;
	size_t count;
	size_t *width;
	struct vector keys;
	bool colour;
	bool laid_out;      /* widths are fixed, title and headings written */
	unsigned int depth; /* of lists and objects in the record */
	struct vector
		cells;  /* count + 1 for each record not yet written; the last holds the words */
	size_t current; /* index of the first cell of the open record */
	struct buffer cells_text;
	struct buffer words_text;
	struct writer *words; /* writes values without a column to words_text */
};

/* Returns the width on a terminal: counts the bytes that don't continue a UTF-8 character. */
static size_t text_width(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

/*
 * The line being written. Blanks are only written before more text, so that no line ends in blanks.
 */
struct line {
	struct buffer *out;
	size_t blanks;
};

static void line_add(struct line *line, const char *text, size_t length, const char *escape)
{
	if (!length)
		return;
	buffer_fill(line->out, ' ', line->blanks);
	line->blanks = 0;
	buffer_string(line->out, escape);
	buffer_add(line->out, text, length);
	if (*escape)
		buffer_string(line->out, TINT_END);
}

static void line_cell(struct line *line, const struct columns *columns, size_t index,
	const char *text, size_t length, const char *escape)
{
	size_t width = text_width(text, length);
	size_t padding = columns->width[index] > width ? columns->width[index] - width : 0;
	bool last = index + 1 == columns->count;

	if (columns->column[index].right)
		line->blanks += padding;
	line_add(line, text, length, escape);
	/* Words after an empty last column start at the same place as after a filled one. */
	if (!columns->column[index].right && (!last || !length))
		line->blanks += padding;
	line->blanks++;
}

static void write_headings(struct columns *columns)
{
	struct line line = {.out = columns->writer.out};

	if (columns->title) {
		buffer_string(line.out, columns->title);
		buffer_char(line.out, '\n');
	}
	for (size_t i = 0; i < columns->count; i++) {
		const char *heading = columns->column[i].heading;

		line_cell(&line, columns, i, heading, strlen(heading), "");
	}
	buffer_char(line.out, '\n');
}

static void write_record(struct columns *columns, const struct cell *cells)
{
	struct line line = {.out = columns->writer.out};
	const struct cell *words = &cells[columns->count];

	for (size_t i = 0; i < columns->count; i++) {
		const struct cell *cell = &cells[i];
		const char *absent = columns->column[i].absent;

		if (cell->length)
			line_cell(&line, columns, i, columns->cells_text.data + cell->offset,
				cell->length,
				columns->colour ? tint_escape(cell->tint, false) : "");
		else
			line_cell(&line, columns, i, absent ? absent : "",
				absent ? strlen(absent) : 0, "");
	}
	if (words->length)
		line_add(&line, columns->cells_text.data + words->offset, words->length, "");
	buffer_char(line.out, '\n');
}

static void widen(struct columns *columns, size_t index, const char *text, size_t length)
{
	size_t width = text_width(text, length);

	if (columns->width[index] < width)
		columns->width[index] = width;
}

static void write_held(struct columns *columns)
{
	size_t step = columns->count + 1;

	for (size_t i = 0; i < columns->cells.count; i += step)
		write_record(columns, vector_at(&columns->cells, i));
	columns->cells.count = 0;
	buffer_reset(&columns->cells_text);
}

static void lay_out(struct columns *columns)
{
	size_t step = columns->count + 1;

	for (size_t i = 0; i < columns->cells.count; i++) {
		const struct cell *cell = vector_at(&columns->cells, i);

		if (i % step < columns->count && cell->length)
			widen(columns, i % step, columns->cells_text.data + cell->offset,
				cell->length);
	}
	write_headings(columns);
	write_held(columns);
	columns->laid_out = true;
}

/* Returns the empty cell for a label's value; NULL if the value is shown in words. */
static struct cell *cell_for(struct columns *columns, const struct label *label)
{
	const struct key *key = columns->keys.items;
	size_t length;

	if (columns->depth || !label || !label->key)
		return NULL;
	length = strlen(label->key);
	for (size_t i = 0; i < columns->keys.count; i++) {
		struct cell *cell;

		if (key[i].length != length || memcmp(key[i].text, label->key, length) != 0)
			continue;
		cell = vector_at(&columns->cells, columns->current + key[i].column);
		return cell->length ? NULL : cell;
	}
	return NULL;
}

static void fill_cell(struct columns *columns, struct cell *cell, enum tint tint, const char *text)
{
	cell->offset = columns->cells_text.length;
	cell->length = strlen(text);
	cell->tint = tint;
	buffer_add(&columns->cells_text, text, cell->length);
}

/* Fills a cell with a value; quotes a name as in words. */
static void fill_value(
	struct columns *columns, struct cell *cell, enum tint tint, const char *value)
{
	cell->offset = columns->cells_text.length;
	word_quote(&columns->cells_text, value);
	cell->length = columns->cells_text.length - cell->offset;
	cell->tint = tint;
}

/* Returns the text for a value without one: its word or its key. */
static const char *label_name(const struct label *label)
{
	return label->word && *label->word ? label->word : label->key;
}

static void columns_begin(struct writer *writer)
{
	(void)writer;
}

static void columns_end(struct writer *writer)
{
	struct columns *columns = (struct columns *)writer;

	if (!columns->laid_out)
		lay_out(columns);
}

static void columns_open(struct writer *writer)
{
	struct columns *columns = (struct columns *)writer;
	const struct cell absent = {0};

	columns->current = columns->cells.count;
	for (size_t i = 0; i <= columns->count; i++)
		vector_push(&columns->cells, &absent);
	buffer_reset(&columns->words_text);
	writer_open(columns->words);
}

static void columns_close(struct writer *writer)
{
	struct columns *columns = (struct columns *)writer;
	struct cell *words = vector_at(&columns->cells, columns->current + columns->count);

	fill_cell(columns, words, TINT_NONE, buffer_text(&columns->words_text));
	if (columns->laid_out)
		write_held(columns);
	else if (columns->cells.count == RECORDS_HELD * (columns->count + 1))
		lay_out(columns);
}

static void columns_string(
	struct writer *writer, const struct label *label, enum tint tint, const char *text)
{
	struct columns *columns = (struct columns *)writer;
	struct cell *cell = cell_for(columns, label);

	if (cell && text)
		fill_value(columns, cell, tint, text);
	else if (cell)
		fill_cell(columns, cell, tint, label_name(label));
	else
		writer_string(columns->words, label, tint, text);
}

static void columns_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *text)
{
	struct columns *columns = (struct columns *)writer;
	struct cell *cell = cell_for(columns, label);

	if (!cell) {
		writer_number(columns->words, label, number, text);
	} else if (text) {
		fill_value(columns, cell, TINT_NONE, text);
	} else {
		cell->offset = columns->cells_text.length;
		buffer_number(&columns->cells_text, number);
		cell->length = columns->cells_text.length - cell->offset;
	}
}

static void columns_literal(
	struct writer *writer, const struct label *label, const char *json, const char *text)
{
	struct columns *columns = (struct columns *)writer;
	struct cell *cell = cell_for(columns, label);

	if (cell)
		fill_cell(columns, cell, TINT_NONE, text ? text : label_name(label));
	else
		writer_literal(columns->words, label, json, text);
}

static void columns_flag(struct writer *writer, const struct label *label)
{
	columns_literal(writer, label, "true", NULL);
}

static void columns_aside(struct writer *writer, const char *text)
{
	(void)writer;
	(void)text;
}

static void columns_nest_open(struct writer *writer, const struct label *label)
{
	struct columns *columns = (struct columns *)writer;
	struct cell *cell = cell_for(columns, label);

	if (cell)
		fill_cell(columns, cell, TINT_NONE, label->key);
	writer_object_open(columns->words, cell ? NULL : label);
	columns->depth++;
}

static void columns_nest_close(struct writer *writer)
{
	struct columns *columns = (struct columns *)writer;

	columns->depth--;
	writer_object_close(columns->words);
}

static void columns_free(struct writer *writer)
{
	struct columns *columns = (struct columns *)writer;

	writer_free(columns->words);
	buffer_free(&columns->words_text);
	buffer_free(&columns->cells_text);
	vector_free(&columns->cells);
	vector_free(&columns->keys);
	free(columns->width);
	free(columns);
}

static const struct writer_ops columns_ops = {
	.begin = columns_begin,
	.end = columns_end,
	.open = columns_open,
	.close = columns_close,
	.string = columns_string,
	.number = columns_number,
	.literal = columns_literal,
	.flag = columns_flag,
	.aside = columns_aside,
	.object_open = columns_nest_open,
	.object_close = columns_nest_close,
	.list_open = columns_nest_open,
	.list_close = columns_nest_close,
	.free = columns_free,
};

static void add_keys(struct columns *columns, size_t index)
{
	const char *keys = columns->column[index].keys;

	while (*keys) {
		struct key key = {.text = keys, .length = strcspn(keys, " "), .column = index};

		if (key.length)
			vector_push(&columns->keys, &key);
		keys += key.length;
		keys += strspn(keys, " ");
	}
}

static void prepare_column(struct columns *columns, size_t index)
{
	const struct column *column = &columns->column[index];

	columns->width[index] = column->width > 0 ? (size_t)column->width : 0;
	widen(columns, index, column->heading, strlen(column->heading));
	if (column->absent)
		widen(columns, index, column->absent, strlen(column->absent));
	if (column->keys)
		add_keys(columns, index);
}

struct writer *columns_writer(
	struct buffer *out, const char *title, const struct column *column, bool colour)
{
	struct columns *columns = memory_get(sizeof(*columns));

	columns->writer.ops = &columns_ops;
	columns->writer.out = out;
	columns->title = title;
	columns->column = column;
	columns->colour = colour;
	columns->keys.size = sizeof(struct key);
	columns->cells.size = sizeof(struct cell);
	columns->words = text_writer(&columns->words_text, SPACING_BETWEEN, colour, "");
	while (column[columns->count].heading)
		columns->count++;
	columns->width = memory_get(columns->count * sizeof(*columns->width));
	for (size_t i = 0; i < columns->count; i++)
		prepare_column(columns, i);
	return &columns->writer;
}
