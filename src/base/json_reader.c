/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads RFC 8259 strictly, and only what our own JSON contains. */
#include "base/json_reader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

enum {
	DEPTH_MAX = 16,
	NUMBER_MAX = 24,
};

static int refuse(struct json *json, const char *reason)
{
	if (!json->reason)
		json->reason = reason;
	return -1;
}

/* Returns the next character that is no white space, without consuming it. */
static char json_peek(struct json *json)
{
	for (; *json->at && strchr(" \t\r\n", *json->at); json->at++)
		json->line += *json->at == '\n';
	return *json->at;
}

static bool json_accept(struct json *json, char character)
{
	if (json_peek(json) != character)
		return false;
	json->at++;
	return true;
}

static int add_word(struct json *json, const char *word)
{
	if (json->count == json->room)
		return refuse(json, "too many words");
	json->word[json->count++] = word;
	return 0;
}

/* ---- strings ---- */

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80)
		*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Reads `uHHHH`. Returns 0 for anything else, and for the NUL that ends every word. */
static uint32_t read_code(const char *at)
{
	uint8_t bytes[2];

	if (*at != 'u' || strnlen(at, 5) < 5 || !hex_read(at + 1, sizeof bytes, bytes))
		return 0;
	return (uint32_t)bytes[0] << 8 | bytes[1];
}

static bool is_between(uint32_t code, uint32_t least, uint32_t most)
{
	return code >= least && code <= most;
}

/* Two surrogates are one character; U+DC80 to U+DCFF alone stand for a byte that is no UTF-8 (see
 * output/json.c). Returns NULL for any other surrogate. */
static char *read_codes(struct json *json, char *to)
{
	uint32_t code = read_code(json->at);
	uint32_t low = 0;

	json->at += 5;
	if (is_between(code, 0xd800, 0xdbff) && *json->at == '\\')
		low = read_code(json->at + 1);
	if (is_between(low, 0xdc00, 0xdfff)) {
		json->at += 6;
		return put_utf8(to, 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff)));
	}
	if (is_between(code, 0xdc80, 0xdcff)) {
		*to++ = (char)(code & 0xff);
		return to;
	}
	return is_between(code, 0xd800, 0xdfff) ? NULL : put_utf8(to, code);
}

/* Writes the meaning of an escape over it; the text only shrinks. */
static char *read_escape(struct json *json, char *to)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *letter = *json->at ? strchr(letters, *json->at) : NULL;

	if (letter) {
		*to++ = meant[letter - letters];
		json->at++;
		return to;
	}
	to = read_code(json->at) ? read_codes(json, to) : NULL;
	if (!to)
		refuse(json, "an escape in a string that is none");
	return to;
}

static const char *read_string(struct json *json)
{
	char *start;
	char *to;

	if (!json_accept(json, '"')) {
		refuse(json, "a string was expected");
		return NULL;
	}
	start = to = json->at;
	while (*json->at != '"') {
		if ((unsigned char)*json->at < ' ') {
			refuse(json, "a string without an end");
			return NULL;
		}
		if (*json->at != '\\') {
			*to++ = *json->at++;
			continue;
		}
		json->at++;
		to = read_escape(json, to);
		if (!to)
			return NULL;
	}
	json->at++;
	*to = '\0';
	return start;
}

/* ---- values ---- */

static int read_number(struct json *json)
{
	unsigned long long number;
	char *word = arena_get(&json->arena, NUMBER_MAX);
	char *end;

	errno = 0;
	number = strtoull(json->at, &end, 10);
	if (end == json->at || errno || strchr(".eE", *end ? *end : 'e'))
		return refuse(json, "a number that is not whole");
	snprintf(word, NUMBER_MAX, "0x%llx", number);
	json->at = end;
	return add_word(json, word);
}

static int read_value(struct json *json, int depth);

/* Reads the members of an object after its `{`. */
static int read_members(struct json *json, int depth)
{
	const char *key;

	if (depth == DEPTH_MAX)
		return refuse(json, "it is nested too deep");
	if (json_accept(json, '}'))
		return 0;
	do {
		json_peek(json);
		key = read_string(json);
		if (!key || add_word(json, key))
			return -1;
		if (!json_accept(json, ':'))
			return refuse(json, "\":\" was expected");
		if (read_value(json, depth + 1))
			return -1;
	} while (json_accept(json, ','));
	return json_accept(json, '}') ? 0 : refuse(json, "\",\" or \"}\" was expected");
}

/* Reads the items of a list after its `[`, each with the key, which is the last word so far. */
static int read_items(struct json *json, int depth)
{
	const char *key = json->word[json->count - 1];
	bool first = true;

	if (depth == DEPTH_MAX)
		return refuse(json, "it is nested too deep");
	if (json_peek(json) == ']')
		return refuse(json, "an empty list says nothing");
	do {
		if (!first && add_word(json, key))
			return -1;
		first = false;
		if (read_value(json, depth + 1))
			return -1;
	} while (json_accept(json, ','));
	return json_accept(json, ']') ? 0 : refuse(json, "\",\" or \"]\" was expected");
}

static int read_value(struct json *json, int depth)
{
	const char *string;

	switch (json_peek(json)) {
	case '{':
		json->at++;
		return read_members(json, depth);
	case '[':
		json->at++;
		return read_items(json, depth);
	case '"':
		string = read_string(json);
		return string ? add_word(json, string) : -1;
	case 't':
		if (strncmp(json->at, "true", 4))
			break;
		json->at += 4;
		return 0;
	default:
		if (*json->at >= '0' && *json->at <= '9')
			return read_number(json);
	}
	return refuse(json, "no value that can stand here");
}

int json_open(struct json *json)
{
	json->line = 1;
	return json_accept(json, '[') ? 0 : refuse(json, "an array was expected");
}

int json_next(struct json *json, const char **word, int room)
{
	arena_reset(&json->arena);
	json->word = word;
	json->room = room;
	json->count = 0;
	if (json_accept(json, ']'))
		return json_peek(json) ? refuse(json, "something follows the array") : 0;
	if (!json_accept(json, '{'))
		return refuse(json, "\"{\" or \"]\" was expected: the file may be cut off");
	if (read_members(json, 0))
		return -1;
	if (json_accept(json, ',') == (json_peek(json) == ']'))
		return refuse(json, "\",\" or \"]\" was expected: the file may be cut off");
	return json->count ? json->count : refuse(json, "an empty object says nothing");
}

void json_close(struct json *json)
{
	arena_free(&json->arena);
}
