/* The escape sequences of colours: those of `ip` on a dark background. */
#ifndef OUTPUT_TINT_H
#define OUTPUT_TINT_H

#include "output/writer.h"

#define TINT_END "\033[0m"

/* What begins a tint on a terminal; empty for TINT_NONE. */
const char *tint_escape(enum tint tint);

#endif
