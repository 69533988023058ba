/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MPLS labels in words and as entries of a label stack (linux/mpls.h, RFC 3032). */
#ifndef KIND_LABEL_H
#define KIND_LABEL_H

#include "field/field.h"

enum { LABEL_MAX = (1 << 20) - 1 };

/* Reads a label from `length` characters. Returns false if they are no label. The label is in host
 * byte order. */
bool label_read(const char *text, size_t length, enum dialect dialect, uint32_t *label);
/* Returns a stack entry in network byte order. `bottom`: the last entry of its stack. */
uint32_t label_entry(uint32_t label, bool bottom);

/* Reads `100/200` into at most `room` entries of 4 bytes, in network byte order, the outermost
 * first. Returns their number; 0 if the text is no stack. */
int labels_read(const char *text, enum dialect dialect, uint8_t *entries, int room);
/* Returns the number of entries up to the bottom one, at most `room`. */
int labels_count(const uint8_t *entries, int room);
/* Writes a label stack as text; returns its length. */
size_t labels_text(const uint8_t *entries, int count, char *text, size_t size);

#endif
