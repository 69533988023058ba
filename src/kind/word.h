/* One of several words, behind the field's own: `mode encap`. */
#ifndef KIND_WORD_H
#define KIND_WORD_H

#include "field/field.h"
#include "kind/byte.h"
#include "kind/number.h"

/*
 * The field's `extra`: struct choice up to word NULL; a value without a word is a number. `bits`:
 * 32 when the attribute has as many; else it has 8. The value is a struct number.
 */
extern const struct kind kind_word;

#endif
