/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes one line for each record: words and values in the order of the calls. */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include "output/writer.h"

/* Where blanks are written. */
enum spacing {
	SPACING_BETWEEN, /* one blank between tokens */
	SPACING_AFTER,   /* one after each token, also after the last: like `ip route` */
	SPACING_BEFORE,  /* one before each token: like `ip rule` */
};

/*
 * Returns a writer to `out` (borrowed), freed with writer_free(). `colour`: devices are bold cyan,
 * IPv4 addresses bold magenta, IPv6 addresses bold light blue. `prefix` (borrowed) is written
 * before the first token of each record: "add " makes each line a command; "" for none. With
 * SPACING_BETWEEN, quotes values as word_quote() does, so that they can be read back.
 */
struct writer *text_writer(
	struct buffer *out, enum spacing spacing, bool colour, const char *prefix);
/* Switches to colours for a light background. */
void text_writer_light(struct writer *writer);
/* For a terminal: writes control characters in values without quotes as \xHH. */
void text_writer_visible(struct writer *writer);

#endif
