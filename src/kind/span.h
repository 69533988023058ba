/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges of numbers, from the first to the last: ports, users. */
#ifndef KIND_SPAN_H
#define KIND_SPAN_H

#include "field/field.h"

struct span {
	bool given;
	bool has_mask; /* the message has a mask, as always with newer kernels */
	uint32_t first;
	uint32_t last;
	uint32_t mask; /* bits of a port to compare; 0xffff: all. Unused for users */
};

/* Ports: N, A-B or N/MASK. The field's attribute is a struct fib_rule_port_range, the mask is in
 * `also`; ip's JSON has it under `ip_second_key`. */
extern const struct kind kind_ports;

/* Read a port or a user by number or, in our own dialect, by name. Return false if there is none
 * with this name. */
bool port_read(const struct parser *parser, const char *text, uint32_t *number);
bool user_read(const struct parser *parser, const char *text, uint32_t *number);

/* Users: A-B, or, in our own dialect, a single one. A struct fib_rule_uid_range. */
extern const struct kind kind_users;

#endif
