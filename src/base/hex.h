/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts bytes to pairs of hexadecimal digits and back. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

/*
 * Reads `size` bytes from the first 2 * size characters of `text`. Returns false if one of them is
 * no hexadecimal digit.
 */
bool hex_read(const char *text, size_t size, uint8_t *bytes);
void hex_add(struct buffer *out, const uint8_t *bytes, size_t size);

#endif
