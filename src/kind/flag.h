/*
 * Something that is there or not: a bit (the field's `bits`) of the 32 flag bits of a family
 * header, or an attribute of one byte. The field's `extra`: what ip's text has for it, a const char
 * *; ip's JSON has null then.
 */
#ifndef KIND_FLAG_H
#define KIND_FLAG_H

#include "field/field.h"

struct flag {
	bool given;
};

extern const struct kind kind_flag;
/* The same where no message holds it. */
extern const struct kind kind_flag_apart;

#endif
