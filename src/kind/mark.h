/* A packet mark and the bits of it that count: `0x1/0xff`. */
#ifndef KIND_MARK_H
#define KIND_MARK_H

#include "field/field.h"

struct mark {
	bool given;
	uint32_t value;
	uint32_t mask; /* 0xffffffff: all bits */
};

/* In two attributes: the field's own, and `also` for the mask. */
extern const struct kind kind_mark;

#endif
