/* One JSON array of objects. What is absent is absent; numbers are numbers. */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include "output/writer.h"

/*
 * Writes to `out` (borrowed). Compact: `[{"dst":"default","dev":"eth0"}]` and a newline. Pretty: as
 * `ip -p -j`, four blanks a level, `[ {`, `},{`, `} ]`, `[ ]`. Free with writer_free().
 */
struct writer *json_writer(struct buffer *out, bool pretty);
/* The same without the array: each record is a line. */
struct writer *json_lines_writer(struct buffer *out);

#endif
