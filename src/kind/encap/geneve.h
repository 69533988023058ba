/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of a Geneve header that a route adds to its packets (LWTUNNEL_IP_OPTS_GENEVE). */
#ifndef KIND_ENCAP_GENEVE_H
#define KIND_ENCAP_GENEVE_H

#include "field/field.h"

enum {
	GENEVE_OPTIONS_MAX = 16,
	GENEVE_DATA_MAX = 124, /* 31 units of four bytes: RFC 8926, section 3.5 */
};

struct geneve_option {
	uint16_t class;
	uint8_t type;
	uint8_t size; /* bytes of data */
	uint8_t data[GENEVE_DATA_MAX];
};
struct geneve {
	bool given;
	int count;
	struct geneve_option *option; /* in an arena */
};

/* CLASS:TYPE:HEX[,…]; the nest is LWTUNNEL_IP_OPTS. */
extern const struct kind kind_geneve;

#endif
