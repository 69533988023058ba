/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table with headings: the document's listings. A value without a column follows in words. */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include "output/writer.h"

struct column {
	const char *heading;
	const char *keys; /* keys of the labels whose values are shown here, separated by blanks */
	int width;        /* minimum; a wider value widens the column and its heading */
	bool right;       /* aligned to the right */
	const char *absent; /* shown if the record has none of the keys: "*", "default" */
};

/*
 * Returns a writer to `out`, freed with writer_free(). `out`, `title` and `columns` are borrowed.
 * `title` (NULL: none) is the first line. The last column is followed by one with heading NULL; one
 * blank separates columns, and the last is not padded. The first 1000 records are held back to find
 * the widths; later ones are written at once. An object whose key has a column shows the key there
 * and its content after the columns. Title and headings are written even if there is no record.
 * `colour`: see text_writer().
 */
struct writer *columns_writer(
	struct buffer *out, const char *title, const struct column *columns, bool colour);

#endif
