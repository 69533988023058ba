/* Numbers and the bits of them that count: packet marks, code points, flow labels: `0x1/0xff`. */
#ifndef KIND_MARK_H
#define KIND_MARK_H

#include "field/field.h"

struct mark {
	bool given;
	bool told; /* the mask is in the message, though it may be that of all bits */
	uint32_t value;
	uint32_t mask; /* 0xffffffff: all bits */
};

/*
 * In two attributes: the field's own, and `also` for the mask. The field's
 * `extra`: what ip's JSON calls the mask. In our own JSON a value without a mask is a number.
 */
extern const struct kind kind_mark;
/* Differentiated services code point, 0 to 63, decimal or a name from rt_dsfield. Attributes and
 * `extra` as above; none is not 0. */
extern const struct kind kind_dscp;
/* A flow label, 20 bits, in network byte order; it makes the line IPv6. Attributes and `extra` as
 * above. */
extern const struct kind kind_flowlabel;

/* Reads VALUE[/MASK], each as number_read() has it. Without a mask, *mask is left as it is. False:
 * it is neither. */
bool mark_read(const char *text, enum dialect dialect, uint32_t *value, uint32_t *mask);
/* Refuses bits outside the mask, which would match nothing, and says what was perhaps meant. 0, or
 * -1. `what` is the noun: "the mark". */
int mark_check(struct parser *parser, const char *what, uint32_t value, uint32_t mask,
	struct error *error);
/* ip's way: one word in text; in JSON two, the second under the key that the field's `extra` is.
 * `mask` NULL: no mask. */
void mark_write_ip(struct writer *writer, const struct field *field, const char *text,
	const char *value, const char *mask);

#endif
