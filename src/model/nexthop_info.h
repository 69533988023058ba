/*
 * A nexthop object as `ip -d route` tells it beside a route that has its id: what linux/nexthop.h
 * calls a struct nhmsg with NHA_ attributes. We only read it.
 */
#ifndef MODEL_NEXTHOP_INFO_H
#define MODEL_NEXTHOP_INFO_H

#include "kind/byte.h"
#include "kind/device.h"
#include "kind/encap.h"
#include "kind/flag.h"
#include "kind/gateway.h"
#include "kind/members.h"
#include "kind/number.h"

struct nexthop_info {
	uint8_t family;
	struct number id;
	struct members group;
	struct encap encap;
	struct gateway gateway;
	struct device device;
	struct byte scope, protocol;
	struct flag blackhole, fdb;
	struct flag dead, onlink, offload, trap, linkdown;
};

extern const struct object nexthop_info_object;

#endif
