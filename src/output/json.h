/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes one JSON array of objects. Leaves out absent values; numbers are JSON numbers. */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "output/writer.h"

/*
 * Returns a writer to `out` (borrowed), freed with writer_free(). Compact:
 * `[{"dst":"default","dev":"eth0"}]` and a newline. `pretty`: like `ip -p -j`, four blanks for each
 * level, `[ {`, `},{`, `} ]`, `[ ]`.
 */
struct writer *json_writer(struct buffer *out, bool pretty);
/* As json_writer(), without the array: one object per line. */
struct writer *json_lines_writer(struct buffer *out);

#endif
