/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports that a NAT route forwards: `ipproto tcp dport 8080-8090 to-port 80`. */
#ifndef KIND_SERVICE_H
#define KIND_SERVICE_H

#include "field/field.h"

struct service {
	bool given;
	uint8_t protocol;     /* IPPROTO_…; one that has ports */
	uint16_t first, last; /* 0: any (in a selection); last 0: unknown, kept by nftables */
	uint16_t to;          /* the new port of all of them; 0: each stays */
};

/* In no message. */
extern const struct kind kind_service;

/* Returns true if both have the same protocol and a common port. */
bool services_meet(const struct service *a, const struct service *b);

#endif
