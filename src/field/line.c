/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a record as one line of text, for errors, comments and dry runs. */
#include "base/buffer.h"
#include "field/walk.h"
#include "output/text.h"

void fields_line(struct buffer *out, const struct object *object, const void *record,
	const struct view *view, const char *prefix, bool colour)
{
	struct writer *writer = text_writer(out, SPACING_BETWEEN, colour, prefix);

	writer_begin(writer);
	fields_render(writer, object, record, view);
	writer_end(writer);
	writer_free(writer);
	if (out->length && out->data[out->length - 1] == '\n')
		out->length--;
}
