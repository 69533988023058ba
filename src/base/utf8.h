/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles text of unknown origin: names may contain any byte, but terminals and JSON must not
 * receive all of them. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;

/*
 * Returns the length of the UTF-8 sequence (RFC 3629) at the start of the text; 0 if there is none,
 * or a NUL. Reads no byte after the NUL.
 */
size_t utf8_length(const char *text);
/* Returns true if the text starts with a control character: C0, DEL, or C1 (U+0080 to U+009F). */
bool utf8_is_control(const char *text);

/*
 * Adds the text in a form that is safe for a terminal: writes control characters except the
 * newline, and bytes that are not UTF-8, as \xHH. Returns the number of columns added, one per
 * character.
 */
size_t utf8_add_visible(struct buffer *out, const char *text);
/* The same between double quotes, of Graphviz or Prometheus: escapes quotes and backslashes. */
void utf8_add_quotable(struct buffer *out, const char *text);

#endif
