/* MPLS labels, as words and as the entries of a label stack (linux/mpls.h, RFC 3032). */
#ifndef KIND_LABEL_H
#define KIND_LABEL_H

#include "field/field.h"

enum { LABEL_MAX = (1 << 20) - 1 };

/* Reads the number of `length` characters. False: it is no label. */
bool label_read(const char *text, size_t length, enum dialect dialect, uint32_t *label);
/* An entry in network order; `bottom`: the last of its stack. */
uint32_t label_entry(uint32_t label, bool bottom);

/* `100/200` into at most `room` entries, the outermost first; returns how many, 0: it is no stack.
 */
int labels_read(const char *text, enum dialect dialect, uint8_t *entries, int room);
/* Entries up to the bottom one, at most `room`. */
int labels_count(const uint8_t *entries, int room);
/* Returns the length of the text. */
size_t labels_text(const uint8_t *entries, int count, char *text, size_t size);

#endif
