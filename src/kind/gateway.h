/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The next router, of the route's family or of another one (IPv4 through an IPv6 router). */
#ifndef KIND_GATEWAY_H
#define KIND_GATEWAY_H

#include "field/field.h"

struct gateway {
	bool given;
	bool foreign;      /* of another family than the route; set by gateway_finish() */
	uint8_t family;    /* AF_INET, AF_INET6; AF_PACKET: a link address */
	uint8_t length;    /* number of bytes in use */
	uint8_t match;     /* in a selector: number of bits to compare; 0: all */
	uint8_t bytes[16]; /* network byte order */
};

/*
 * `ADDR | inet6 ADDR`. With the word of a family it doesn't decide the family of the line (in ip's
 * dialect it does, if nothing else does). In RTA_GATEWAY, or, for another family, in `also` as a
 * struct rtvia (linux/rtnetlink.h).
 */
extern const struct kind kind_gateway;

/* Call this when the family of the route is known. */
void gateway_finish(struct gateway *gateway, uint8_t family);

#endif
