/* Digits from the last to the first. */
#include "base/decimal.h"

#include <string.h>

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
