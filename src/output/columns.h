/* A table with headings: the document's listings. What has no column follows in words. */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include "output/writer.h"

struct column {
	const char *heading;
	const char *keys;   /* keys of the labels whose value is shown here, parted by blanks */
	int width;          /* at least; a wider value widens the column and its heading */
	bool right;         /* aligned to the right */
	const char *absent; /* shown when the record has none of the keys: "*", "default" */
};

/*
 * Writes to `out` (borrowed). `title` (may be NULL) is the first line; columns end at the one with
 * heading NULL, are parted by one blank, and the last is not padded. Widths come from the first
 * 1000 records, which are held back; the rest streams. An object whose key has a column shows its
 * key there and its content behind. `colour` as in text_writer(). Title and headings are written
 * also when there is no record. Free with writer_free().
 */
struct writer *columns_writer(
	struct buffer *out, const char *title, const struct column *columns, bool colour);

#endif
