/* Options of a Geneve header, given to a packet by its route (LWTUNNEL_IP_OPTS_GENEVE). */
#ifndef KIND_GENEVE_H
#define KIND_GENEVE_H

#include "field/field.h"

enum {
	GENEVE_OPTIONS_MAX = 16,
	GENEVE_DATA_MAX = 124, /* 31 words of four bytes: RFC 8926, 3.5 */
};

struct geneve_option {
	uint16_t class;
	uint8_t type;
	uint8_t size; /* of the data */
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
