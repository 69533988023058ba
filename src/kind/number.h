/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain numbers in attributes of 8, 32 or 64 bits. */
#ifndef KIND_NUMBER_H
#define KIND_NUMBER_H

#include "field/field.h"

struct number {
	bool given;
	uint32_t value; /* host byte order */
};

/* The values that a row accepts, in its `range`. NULL: any 32-bit number. */
struct range {
	uint32_t least;
	uint32_t most;
};

/* A 32-bit attribute. */
extern const struct kind kind_number;
/* An 8-bit attribute; its value is a struct number, too. */
extern const struct kind kind_octet;

struct wide {
	bool given;
	uint64_t value; /* host byte order */
};

/* A 64-bit attribute in network byte order. */
extern const struct kind kind_wide;

/* Reads a number in decimal or 0x…; in ip's dialect in C's syntax. Returns false if it is no number
 * or too large for 32 bits. */
bool number_read(const char *text, enum dialect dialect, uint32_t *value);

#endif
