/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One nexthop of a multipath route (struct rtnexthop in linux/rtnetlink.h). */
#ifndef MODEL_NEXTHOP_H
#define MODEL_NEXTHOP_H

#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/device.h"
#include "kind/encap/encap.h"
#include "kind/flag.h"
#include "kind/gateway.h"
#include "kind/nexthops.h"
#include "kind/number.h"

struct nexthop {
	uint8_t family;
	struct encap encap;
	struct address new_destination;
	struct gateway gateway;
	struct number realm;
	struct device device;
	struct number weight;
	struct attributes others;
	struct flag dead, onlink, pervasive, offload, trap, linkdown, unresolved;
};

extern const struct object nexthop_object;

#endif
