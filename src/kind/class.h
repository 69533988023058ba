/* A class: a routing table, by name or number (1 to 4294967295). Its value is a struct number. */
#ifndef KIND_CLASS_H
#define KIND_CLASS_H

#include "field/field.h"
#include "kind/number.h"

extern const struct kind kind_class;

/* Names from rt_tables; a number otherwise. */
void class_text(const struct view *view, uint32_t number, char *text, size_t size);

#endif
