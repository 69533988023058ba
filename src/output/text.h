/* One line for each record: words and values in the order they come. */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include "output/writer.h"

/* Where the blanks are. */
enum spacing {
	SPACING_BETWEEN, /* one blank between tokens */
	SPACING_AFTER,   /* one after each, also the last: as `ip route` writes */
	SPACING_BEFORE,  /* one before each: as `ip rule` writes */
};

/*
 * Writes to `out` (borrowed). `colour`: escape sequences for devices and addresses (bold cyan, bold
 * magenta for IPv4, bold light blue for IPv6). `prefix` (borrowed) stands before the first token of
 * each record: "add " makes a line of a listing a command; "" for none. Free with writer_free().
 */
struct writer *text_writer(
	struct buffer *out, enum spacing spacing, bool colour, const char *prefix);
/* Its colours are those for a light background. */
void text_writer_light(struct writer *writer);

#endif
