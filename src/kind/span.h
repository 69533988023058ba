/* Spans of numbers, from the first to the last: ports, users. */
#ifndef KIND_SPAN_H
#define KIND_SPAN_H

#include "field/field.h"

struct span {
	bool given;
	bool told; /* the mask is in the message, as it always is from newer kernels */
	uint32_t first;
	uint32_t last;
	uint32_t mask; /* which bits of a port count; 0xffff: all. Of users: not used */
};

/*
 * Ports: N, A-B or N/MASK. A struct fib_rule_port_range in the field's attribute, the mask in
 * `also`. The field's `extra`: what ip's JSON calls the mask.
 */
extern const struct kind kind_ports;

/* Users: A-B; our own dialect also takes one alone. A struct fib_rule_uid_range. */
extern const struct kind kind_users;

#endif
