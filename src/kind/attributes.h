/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes without a row. They are shown, read and sent as bytes, so that nothing is lost. */
#ifndef KIND_ATTRIBUTES_H
#define KIND_ATTRIBUTES_H

#include "field/field.h"

struct attributes_item {
	struct attributes_item *next;
	uint16_t type; /* as in the message, including NLA_F_NESTED */
	uint16_t length;
	const uint8_t *data;
};

/* Items and data are in the arena of the parser or the message. */
struct attributes {
	bool given;
	uint16_t count;
	uint32_t bytes; /* number of bytes in a message */
	struct attributes_item *first, *last;
};

/* `attr N=0x…`, may be repeated: the attributes of a message that no other row of the object has.
 * Skips types in `padding`. */
extern const struct kind kind_attributes;

/* As kind_attributes, for types in the field's nest that are higher than those of all rows. */
extern const struct kind kind_nest_attributes;

#endif
