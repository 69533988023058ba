/* Options of a tunnel's header, given to a packet by its route (linux/lwtunnel.h,
 * LWTUNNEL_IP_OPTS).
 */
#ifndef KIND_OPTIONS_H
#define KIND_OPTIONS_H

#include "field/field.h"
#include "kind/number.h"

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

struct erspan {
	bool given;
	uint8_t version;
	uint32_t index;          /* version 1 */
	uint8_t direction, hwid; /* version 2 */
};

/* CLASS:TYPE:HEX[,…]; the nest is LWTUNNEL_IP_OPTS for all three. */
extern const struct kind kind_geneve;
/* The group policy, a struct number. */
extern const struct kind kind_vxlan;
/* VERSION:INDEX:DIRECTION:HWID */
extern const struct kind kind_erspan;

#endif
