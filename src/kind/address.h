/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPv4 or IPv6 address: gateways, preferred sources. */
#ifndef KIND_ADDRESS_H
#define KIND_ADDRESS_H

#include "field/field.h"
#include "kind/address_text.h"

struct address {
	bool given;
	uint8_t family;    /* AF_INET, AF_INET6 */
	uint8_t match;     /* in a selector: number of bits to compare; 0: all */
	uint8_t bytes[16]; /* network byte order; the first 4 for IPv4; AF_MPLS: a label stack */
};

/* An address of the record's family, or of the row's `address_family`. As a selector, an address of
 * zeros also selects records without one. */
extern const struct kind kind_address;
/* `[to] ADDR`; `ip` shows the `to`. */
extern const struct kind kind_new_destination;

/* Reads the word just taken, `ADDR/LENGTH`, as a selector into *address, with the number of bits in
 * `match`. Returns 0, or -1 with the error. */
int address_select(struct parser *parser, const struct field *field, struct address *address,
	struct error *error);

#endif
