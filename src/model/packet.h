/* A packet that the kernel is asked about: the keys of a look-up (`get`). */
#ifndef MODEL_PACKET_H
#define MODEL_PACKET_H

#include "kind/address.h"
#include "kind/byte.h"
#include "kind/device.h"
#include "kind/flag.h"
#include "kind/number.h"

struct packet {
	uint8_t family;
	struct address destination;
	struct address source;
	struct device input;  /* given: a packet that came in, not one of our own */
	struct device output; /* the device that the sending socket is bound to */
	struct device vrf;    /* the same, of a VRF */
	struct byte tos;
	struct number mark;
	struct number uid;
	struct byte transport; /* IPPROTO_… */
	struct number source_port, destination_port;
	struct number flow_label;
	struct address new_destination;
	/* How to answer. */
	struct flag match;     /* the route as it stands in its class */
	struct flag notify;    /* also when the route changes */
	struct flag connected; /* ask again from the source address that was found */
};

/* Its message is a request, RTM_GETROUTE; the answer is a route. */
extern const struct object packet_object;

#endif
