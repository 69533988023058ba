/* Bytes whose values are words behind the field's own: `pref low`, `ttl-propagate disabled`. */
#ifndef KIND_OPTION_H
#define KIND_OPTION_H

#include "kind/byte.h"

/* A struct byte in an attribute. The field's `extra`: struct choice up to word NULL; a number else.
 */
extern const struct kind kind_option;

/* `enabled` or `disabled`: a struct byte, 1 or 0, in an attribute. */
extern const struct kind kind_switch;

#endif
