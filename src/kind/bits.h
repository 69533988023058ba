/* Some of several words, each a word of its own: `key csum seq`. */
#ifndef KIND_BITS_H
#define KIND_BITS_H

#include "field/field.h"
#include "kind/byte.h"

struct bits {
	bool given;
	uint16_t value; /* host byte order; only bits that have a word */
};

/* Needs FIELD_BARE. The field's `extra`: struct choice up to word NULL, each with one bit. An
 * attribute of 16 bits in network byte order. */
extern const struct kind kind_bits;

#endif
