/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes decimal numbers without the C library's formats, which are too slow for millions
 * of them. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_TEXT_MAX = 21 }; /* the digits of UINT64_MAX and a NUL */

/* Writes the number and a NUL into `text`; returns the number of digits. */
size_t decimal_text(uint64_t number, char text[DECIMAL_TEXT_MAX]);

/*
 * Reads a number of 1 to 19 digits without leading zeros. Returns false for anything else; *number
 * is then undefined.
 */
bool decimal_read(const char *text, uint64_t *number);

#endif
