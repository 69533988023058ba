/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any of several words, each of them a keyword: `key csum seq`. */
#ifndef KIND_BITS_H
#define KIND_BITS_H

#include "field/field.h"
#include "kind/byte.h"

struct bits {
	bool given;
	uint16_t value; /* host byte order; only bits that have a word */
};

/* A 16-bit attribute in network byte order; each of `choices` is one bit. The row has
 * FIELD_BARE. */
extern const struct kind kind_bits;

#endif
