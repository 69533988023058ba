/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escape sequences for colours, the same as `ip` uses. */
#ifndef OUTPUT_TINT_H
#define OUTPUT_TINT_H

#include "output/writer.h"

#define TINT_END "\033[0m"

/*
 * Returns the (constant) sequence that starts a tint; empty for TINT_NONE. `light`: for a light
 * background.
 */
const char *tint_escape(enum tint tint, bool light);

#endif
