/* The next router: of the route's own family, or of another one (IPv4 by way of an IPv6 router). */
#ifndef KIND_GATEWAY_H
#define KIND_GATEWAY_H

#include "field/field.h"

struct gateway {
	bool given;
	bool foreign;      /* of another family than the route: gateway_finish() knows */
	uint8_t family;    /* AF_INET, AF_INET6; AF_PACKET: a link address */
	uint8_t length;    /* bytes that count */
	uint8_t match;     /* in a selector: bits that count; 0: all */
	uint8_t bytes[16]; /* network order */
};

/*
 * `ADDR | inet6 ADDR`: with the word of a family it does not settle the family of the line (in
 * ip's dialect: only when nothing else has). In RTA_GATEWAY, or, foreign, in `also` as a struct
 * rtvia (linux/rtnetlink.h).
 */
extern const struct kind kind_gateway;

/* When the family of the route is known. */
void gateway_finish(struct gateway *gateway, uint8_t family);

#endif
