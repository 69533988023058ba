/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of line numbers: a bit for each. */
#include "change/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void lines_add(struct lines *lines, uint32_t line)
{
	size_t needed = line / 8 + 1;
	size_t size = needed > 2 * lines->size ? needed : 2 * lines->size;

	if (lines->size < needed) {
		lines->bits = memory_resize(lines->bits, size);
		memset(lines->bits + lines->size, 0, size - lines->size);
		lines->size = size;
	}
	lines->bits[line / 8] |= (uint8_t)(1 << line % 8);
}

bool lines_have(const struct lines *lines, uint32_t line)
{
	return line / 8 < lines->size && lines->bits[line / 8] >> line % 8 & 1;
}

void lines_free(struct lines *lines)
{
	free(lines->bits);
}
