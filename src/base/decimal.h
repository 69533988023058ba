/* Numbers in decimal, without the machinery of formats: a listing has millions of them. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_TEXT_MAX = 21 }; /* UINT64_MAX and a NUL */

/* Writes the number as text; returns its length. */
size_t decimal_text(uint64_t number, char text[DECIMAL_TEXT_MAX]);

/* Reads digits that begin with no zero. False: it is something else, or has more than 19. */
bool decimal_read(const char *text, uint64_t *number);

#endif
