/* Plain numbers in attributes: of 32, 8 or 64 bits. */
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
/* Of 8 bits: its value is a struct number too. */
extern const struct kind kind_octet;

struct wide {
	bool given;
	uint64_t value; /* host byte order */
};

/* Of 64 bits, in network byte order. */
extern const struct kind kind_wide;

/* A number in decimal or 0x…; ip's dialect: in C's notation. False: it is none, or over 32 bits. */
bool number_read(const char *text, enum dialect dialect, uint32_t *value);
/* The same up to 64 bits. */
bool number_read_wide(const char *text, enum dialect dialect, uint64_t *value);

#endif
