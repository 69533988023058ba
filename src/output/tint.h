/* The escape sequences of colours: those of `ip`. */
#ifndef OUTPUT_TINT_H
#define OUTPUT_TINT_H

#include "output/writer.h"

#define TINT_END "\033[0m"

/* What begins a tint on a terminal; empty for TINT_NONE. `light`: the background is. */
const char *tint_escape(enum tint tint, bool light);

#endif
