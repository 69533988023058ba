/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The new source of masqueraded packets: `masq [as ADDR[-ADDR] [ports A-B]]`. */
#ifndef KIND_MASQUERADE_H
#define KIND_MASQUERADE_H

#include "field/field.h"

struct masquerade {
	bool given;
	uint8_t family;              /* of the addresses; 0: none, uses the address of the device */
	uint8_t first[16], last[16]; /* range of addresses, in network byte order */
	uint16_t first_port, last_port; /* range of ports, in host byte order; 0: the kernel
	                                   chooses */
};

/* In no message. */
extern const struct kind kind_masquerade;

#endif
