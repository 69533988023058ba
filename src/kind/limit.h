/* Numbers of 32 bits that say something when they are 0: none is UINT32_MAX, as the kernel tells
 * it. */
#ifndef KIND_LIMIT_H
#define KIND_LIMIT_H

#include "kind/number.h"

/* As kind_number: a struct number, the field's `extra` a struct range. */
extern const struct kind kind_limit;
/* A group of devices, by name or number, 0 to INT32_MAX. */
extern const struct kind kind_group;

/* A rule's preference, of which none is 0: ip's text begins a line with it, and a colon. */
extern const struct kind kind_preference;

#endif
