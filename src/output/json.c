/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uses the line breaks and blanks of iproute2's json_writer.c. */
#include "output/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

struct json {
	struct writer writer;
	bool pretty;
	bool separate; /* one line per record, without an array */
	bool more;     /* the open list or object has an item already */
	unsigned int depth;
	uint64_t lists; /* one bit for each open list or object, the innermost lowest: 1 for a list
	                 */
	unsigned int hidden; /* depth of open lists and objects that JSON does not show */
};

static void add_code(struct buffer *out, unsigned int code)
{
	buffer_format(out, "\\u%04x", code);
}

/* Bytes of a name that are no UTF-8 become lone surrogates, U+DC80 to U+DCFF, as in Python: the
 * JSON is valid, and the reader restores the bytes. */
static const char *add_beyond_ascii(struct buffer *out, const char *text)
{
	size_t length = utf8_length(text);

	if (!length)
		add_code(out, 0xdc00 | (unsigned char)*text);
	else if (utf8_is_control(text))
		add_code(out, (unsigned char)text[1]);
	else
		buffer_add(out, text, length);
	return text + (length ? length : 1);
}

static bool is_plain(unsigned char character)
{
	return character >= ' ' && character < 0x7f && character != '"' && character != '\\';
}

static void add_string(struct buffer *out, const char *string)
{
	static const char short_escape[] = {
		['\t'] = 't',
		['\n'] = 'n',
		['\r'] = 'r',
		['\f'] = 'f',
		['\b'] = 'b',
		['"'] = '"',
		['\\'] = '\\',
	};

	buffer_char(out, '"');
	for (;;) {
		const char *plain = string;
		unsigned char character;

		while (is_plain((unsigned char)*string))
			string++;
		buffer_add(out, plain, string - plain);
		character = (unsigned char)*string;
		if (!character)
			break;
		if (character >= 0x80) {
			string = add_beyond_ascii(out, string);
			continue;
		}
		string++;
		if (character < sizeof short_escape && short_escape[character]) {
			buffer_char(out, '\\');
			buffer_char(out, short_escape[character]);
		} else {
			add_code(out, character);
		}
	}
	buffer_char(out, '"');
}

static void add_break(struct json *json)
{
	if (!json->pretty)
		return;
	buffer_char(json->writer.out, '\n');
	buffer_fill(json->writer.out, ' ', 4 * (size_t)json->depth);
}

static bool is_in_list(const struct json *json)
{
	return json->lists & 1;
}

/*
 * Writes what comes before a value: comma, line break, name. Returns false if JSON leaves the value
 * out.
 */
static bool value_open(struct json *json, const struct label *label)
{
	struct buffer *out = json->writer.out;

	if (json->hidden || (label ? !label->key : !is_in_list(json)))
		return false;
	if (json->more)
		buffer_char(out, ',');
	json->more = true;
	if (is_in_list(json))
		return true;
	add_break(json);
	/* Keys are words of the grammar, so they need no escaping. */
	buffer_char(out, '"');
	buffer_string(out, label->key);
	buffer_add(out, "\":", 2);
	if (json->pretty)
		buffer_char(out, ' ');
	return true;
}

static void nest_open(struct json *json, bool list)
{
	buffer_char(json->writer.out, list ? '[' : '{');
	if (list && json->pretty)
		buffer_char(json->writer.out, ' ');
	json->depth++;
	json->lists = json->lists << 1 | list;
	json->more = false;
}

static void nest_close(struct json *json)
{
	bool list = is_in_list(json);

	json->depth--;
	json->lists >>= 1;
	if (json->more && !list)
		add_break(json);
	else if (json->more && json->pretty)
		buffer_char(json->writer.out, ' ');
	buffer_char(json->writer.out, list ? ']' : '}');
	json->more = true;
}

static void json_begin(struct writer *writer)
{
	struct json *json = (struct json *)writer;

	if (!json->separate)
		nest_open(json, true);
}

static void json_end(struct writer *writer)
{
	struct json *json = (struct json *)writer;

	if (json->separate)
		return;
	nest_close(json);
	buffer_char(writer->out, '\n');
	json->more = false;
}

static void json_open(struct writer *writer)
{
	struct json *json = (struct json *)writer;

	if (json->separate || value_open(json, NULL))
		nest_open(json, false);
}

static void json_close(struct writer *writer)
{
	struct json *json = (struct json *)writer;

	nest_close(json);
	if (!json->separate)
		return;
	buffer_char(writer->out, '\n');
	json->more = false;
}

static void json_string(
	struct writer *writer, const struct label *label, enum tint tint, const char *text)
{
	(void)tint;
	if (!value_open((struct json *)writer, label))
		return;
	if (text)
		add_string(writer->out, text);
	else
		buffer_string(writer->out, "null");
}

static void json_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *text)
{
	(void)text;
	if (value_open((struct json *)writer, label))
		buffer_number(writer->out, number);
}

static void json_literal(
	struct writer *writer, const struct label *label, const char *json, const char *text)
{
	(void)text;
	if (value_open((struct json *)writer, label))
		buffer_string(writer->out, json);
}

static void json_flag(struct writer *writer, const struct label *label)
{
	struct json *json = (struct json *)writer;

	if (!value_open(json, label))
		return;
	/* Inside a list, a flag is its name as a string, like "flags" in `ip -j route`. */
	if (is_in_list(json) && label)
		add_string(writer->out, label->key);
	else
		buffer_string(writer->out, "true");
}

static void json_aside(struct writer *writer, const char *text)
{
	(void)writer;
	(void)text;
}

static void json_nest_open(struct writer *writer, const struct label *label, bool list)
{
	struct json *json = (struct json *)writer;

	if (value_open(json, label))
		nest_open(json, list);
	else
		json->hidden++;
}

static void json_object_open(struct writer *writer, const struct label *label)
{
	json_nest_open(writer, label, false);
}

static void json_list_open(struct writer *writer, const struct label *label)
{
	json_nest_open(writer, label, true);
}

static void json_nest_close(struct writer *writer)
{
	struct json *json = (struct json *)writer;

	if (json->hidden)
		json->hidden--;
	else
		nest_close(json);
}

static void json_free(struct writer *writer)
{
	free(writer);
}

static const struct writer_ops json_ops = {
	.begin = json_begin,
	.end = json_end,
	.open = json_open,
	.close = json_close,
	.string = json_string,
	.number = json_number,
	.literal = json_literal,
	.flag = json_flag,
	.aside = json_aside,
	.object_open = json_object_open,
	.object_close = json_nest_close,
	.list_open = json_list_open,
	.list_close = json_nest_close,
	.free = json_free,
};

struct writer *json_writer(struct buffer *out, bool pretty)
{
	struct json *json = memory_get(sizeof(*json));

	json->writer.ops = &json_ops;
	json->writer.out = out;
	json->pretty = pretty;
	return &json->writer;
}

struct writer *json_lines_writer(struct buffer *out)
{
	struct writer *writer = json_writer(out, false);

	((struct json *)writer)->separate = true;
	return writer;
}
