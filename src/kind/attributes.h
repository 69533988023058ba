/* Attributes that no row knows: shown, read and sent as they are, so that nothing is lost. */
#ifndef KIND_ATTRIBUTES_H
#define KIND_ATTRIBUTES_H

#include "field/field.h"

struct attributes_item {
	struct attributes_item *next;
	uint16_t type; /* as it stands in the message: NLA_F_NESTED included */
	uint16_t length;
	const uint8_t *data;
};

/* Items and data are in the parser's or the message's arena. */
struct attributes {
	bool given;
	uint16_t count;
	uint32_t bytes; /* in a message */
	struct attributes_item *first, *last;
};

/*
 * `attr N=0x…`, repeated: the attributes of a message that none of the object's other rows knows.
 * The field's `extra`: types that mean nothing, such as padding, up to 0; NULL: none.
 */
extern const struct kind kind_attributes;

/* The same for the types above `bits` in the field's nest. */
extern const struct kind kind_nest_attributes;

#endif
