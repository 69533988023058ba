/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers with a mask: packet marks, code points, flow labels: `0x1/0xff`. */
#ifndef KIND_MARK_H
#define KIND_MARK_H

#include "field/field.h"

struct mark {
	bool given;
	bool has_mask; /* the message has a mask, even if it is all ones */
	uint32_t value;
	uint32_t mask; /* 0xffffffff: all bits */
};

/*
 * A value in the row's attribute and its mask in `also`. `ip_second_key` is the mask's key in ip's
 * JSON. In our own JSON a value without a mask is a number, one with a mask is a string.
 */
extern const struct kind kind_mark;
/* A differentiated services code point, 0 to 63, in decimal or as a name from rt_dsfield.
 * Attributes and keys as above. 0 is a value, different from no code point. */
extern const struct kind kind_dscp;
/* A flow label, 20 bits in network byte order; it decides that the line is IPv6. Attributes and
 * keys as above. */
extern const struct kind kind_flowlabel;

/* Reads VALUE[/MASK], each as in number_read(). Without a mask, *mask isn't changed. Returns false
 * if the text has another form. */
bool mark_read(const char *text, enum dialect dialect, uint32_t *value, uint32_t *mask);
/* Refuses bits outside the mask, which would match nothing, and suggests a value. `what` is the
 * noun: "the mark". Returns 0, or -1 with the error. */
int mark_check(struct parser *parser, const char *what, uint32_t value, uint32_t mask,
	struct error *error);
/* Writes like `ip`: in text `text`; in JSON `value` under the row's key and `mask` (NULL: none)
 * under `ip_second_key`. */
void mark_write_ip(struct writer *writer, const struct field *field, const char *text,
	const char *value, const char *mask);

#endif
