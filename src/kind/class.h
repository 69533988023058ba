/* A class: a routing table, by name or number (1 to 4294967295). Its value is a struct number.
 * Without a header byte it is in the attribute, however small. */
#ifndef KIND_CLASS_H
#define KIND_CLASS_H

#include "base/decimal.h"
#include "field/field.h"
#include "kind/number.h"

extern const struct kind kind_class;
/* The same value by the name of a VRF: words only. */
extern const struct kind kind_vrf;

/* What a class is called: its name in rt_tables, or else its number, written into `spare`. */
const char *class_name(const struct view *view, uint32_t number, char spare[DECIMAL_TEXT_MAX]);

#endif
