/* Bytes as pairs of hexadecimal digits. */
#include "kind/hex.h"

#include <string.h>

#include "base/buffer.h"

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits, digit | ' ', 16);

	return at ? (int)(at - digits) : -1;
}

bool hex_read(const char *digits, size_t size, uint8_t *bytes)
{
	for (size_t i = 0; i < size; i++) {
		int high = digit_value(digits[2 * i]);
		int low = high < 0 ? -1 : digit_value(digits[2 * i + 1]);

		if (low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void hex_add(struct buffer *out, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		buffer_format(out, "%02x", bytes[i]);
}
