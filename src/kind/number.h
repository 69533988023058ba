/* Plain numbers: of 32 bits in an attribute, or of 8 bits with names in the header or an attribute.
 */
#ifndef KIND_NUMBER_H
#define KIND_NUMBER_H

#include "field/field.h"

struct number {
	bool given;
	uint32_t value; /* host byte order */
};

/* A field's `extra`: what values it takes. NULL: any of 32 bits. */
struct range {
	uint32_t least;
	uint32_t most;
};

/* An attribute of 32 bits. */
extern const struct kind kind_number;

/* A number in decimal or 0x…; ip's dialect: in C's notation. False: it is none, or over 32 bits. */
bool number_read(const char *text, enum dialect dialect, uint32_t *value);

#endif
