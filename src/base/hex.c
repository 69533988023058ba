/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digits are written in lower case and read in either case. */
#include "base/hex.h"

#include <string.h>

#include "base/buffer.h"

static const char digits[] = "0123456789abcdef";

static int digit_value(char digit)
{
	const char *at = memchr(digits, digit | ' ', 16);

	return at ? (int)(at - digits) : -1;
}

bool hex_read(const char *text, size_t size, uint8_t *bytes)
{
	for (size_t i = 0; i < size; i++) {
		int high = digit_value(text[2 * i]);
		int low = high < 0 ? -1 : digit_value(text[2 * i + 1]);

		if (low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void hex_add(struct buffer *out, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		buffer_char(out, digits[bytes[i] >> 4]);
		buffer_char(out, digits[bytes[i] & 15]);
	}
}
