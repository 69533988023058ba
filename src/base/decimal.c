/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes digits from the last to the first; reads them from the first on. */
#include "base/decimal.h"

enum { DIGITS_SAFE = 19 }; /* 19 digits always fit in 64 bits */

size_t decimal_text(uint64_t number, char text[DECIMAL_TEXT_MAX])
{
	size_t length = 1;

	for (uint64_t rest = number / 10; rest; rest /= 10)
		length++;
	text[length] = '\0';
	for (size_t at = length; at--; number /= 10)
		text[at] = (char)('0' + number % 10);
	return length;
}

bool decimal_read(const char *text, uint64_t *number)
{
	const char *digit = text;

	*number = 0;
	if (*text < '1')
		return false;
	for (; *digit >= '0' && *digit <= '9' && digit < text + DIGITS_SAFE; digit++)
		*number = *number * 10 + (uint64_t)(*digit - '0');
	return !*digit;
}
