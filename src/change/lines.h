/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of line numbers of a script. */
#ifndef CHANGE_LINES_H
#define CHANGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Empty when zeroed. */
struct lines {
	uint8_t *bits;
	size_t size; /* of bits, in bytes */
};

/* Line 0 stands for the command line. */
void lines_add(struct lines *lines, uint32_t line);
bool lines_have(const struct lines *lines, uint32_t line);
void lines_free(struct lines *lines);

#endif
