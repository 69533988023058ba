/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes whose values are words after the field's own word: `pref low`, `ttl-propagate disabled`. */
#ifndef KIND_OPTION_H
#define KIND_OPTION_H

#include "kind/byte.h"

/* A struct byte in an 8-bit attribute: one of `choices`; a value without a word is shown as a
 * number. */
extern const struct kind kind_option;

/* `enabled` or `disabled`: a struct byte, 1 or 0, in an attribute. */
extern const struct kind kind_switch;

#endif
