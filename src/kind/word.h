/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of several words, after the field's own word: `mode encap`. */
#ifndef KIND_WORD_H
#define KIND_WORD_H

#include "field/field.h"
#include "kind/byte.h"
#include "kind/number.h"

/* A struct number in an attribute of `width` bytes, 1 or 4, in host byte order: one of `choices`; a
 * value without a word is shown as a number. */
extern const struct kind kind_word;

#endif
