/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which bytes are characters, and which of these are harmless. */
#include "base/utf8.h"

#include "base/buffer.h"

static bool is_continued(const unsigned char *byte, size_t count)
{
	for (size_t i = 1; i <= count; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return false;
	return true;
}

size_t utf8_length(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (*byte < 0x80)
		return *byte != 0;
	if (*byte >= 0xc2 && *byte <= 0xdf)
		return is_continued(byte, 1) ? 2 : 0;
	if (*byte >= 0xe0 && *byte <= 0xef) {
		/* Refuses overlong sequences and surrogates. */
		if ((*byte == 0xe0 && byte[1] < 0xa0) || (*byte == 0xed && byte[1] > 0x9f))
			return 0;
		return is_continued(byte, 2) ? 3 : 0;
	}
	if (*byte >= 0xf0 && *byte <= 0xf4) {
		if ((*byte == 0xf0 && byte[1] < 0x90) || (*byte == 0xf4 && byte[1] > 0x8f))
			return 0;
		return is_continued(byte, 3) ? 4 : 0;
	}
	return 0;
}

bool utf8_is_control(const char *text)
{
	unsigned char first = (unsigned char)text[0];

	if (first == 0xc2)
		return (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] <= 0x9f;
	return (first && first < ' ') || first == 0x7f;
}

size_t utf8_add_visible(struct buffer *out, const char *text)
{
	size_t columns = 0;

	while (*text) {
		size_t length = utf8_length(text);
		bool shown = length && (*text == '\n' || !utf8_is_control(text));

		if (shown) {
			buffer_add(out, text, length);
			columns++;
			text += length;
			continue;
		}
		for (size_t i = 0; i < (length ? length : 1); i++)
			buffer_format(out, "\\x%02x", (unsigned char)*text++), columns += 4;
	}
	return columns;
}

void utf8_add_quotable(struct buffer *out, const char *text)
{
	struct buffer visible = {0};

	utf8_add_visible(&visible, text);
	for (text = buffer_text(&visible); *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_char(out, '\\');
		buffer_char(out, *text);
	}
	buffer_free(&visible);
}
