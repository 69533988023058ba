/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class: a routing table, by name or number (1 to 4294967295). Its value is a struct number. A
 * row without a header byte always has it in the attribute. */
#ifndef KIND_CLASS_H
#define KIND_CLASS_H

#include "base/decimal.h"
#include "field/field.h"
#include "kind/number.h"

extern const struct kind kind_class;
/* The same value, given as the name of a VRF; only in words. */
extern const struct kind kind_vrf;

/* Returns the name of a class in rt_tables, or its number, written to `spare`. */
const char *class_name(const struct view *view, uint32_t number, char spare[DECIMAL_TEXT_MAX]);

#endif
