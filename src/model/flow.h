/* A flow that a rule with `log` routed: what its first packet says. */
#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "kind/address.h"

struct flow {
	uint32_t preference; /* of the rule */
	struct address source, destination;
	uint8_t protocol; /* IPPROTO_… */
	bool ports;       /* it has some */
	uint16_t source_port, destination_port;
	uint32_t input, output; /* devices; 0: none, it is our own */
};

#endif
