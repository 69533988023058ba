/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flag, given or not: `bits` of the 32-bit word at `header` in the family header, or an attribute
 * of one byte. With `ip_text`, ip's text shows that text in place of the word, and ip's JSON shows
 * null instead of an item in a list.
 */
#ifndef KIND_FLAG_H
#define KIND_FLAG_H

#include "field/field.h"

struct flag {
	bool given;
};

extern const struct kind kind_flag;
/* As kind_flag, for a flag that is in no message. */
extern const struct kind kind_flag_apart;

#endif
