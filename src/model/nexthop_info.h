/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A nexthop object, as `ip -d route` shows it with a route that uses it: a struct nhmsg with NHA_
 * attributes (linux/nexthop.h). It is only read, never sent. */
#ifndef MODEL_NEXTHOP_INFO_H
#define MODEL_NEXTHOP_INFO_H

#include "kind/byte.h"
#include "kind/device.h"
#include "kind/encap/encap.h"
#include "kind/flag.h"
#include "kind/gateway.h"
#include "kind/group_stats.h"
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
	struct hw_stats hardware;
	struct group_stats statistics;
	struct flag dead, onlink, offload, trap, linkdown;
};

extern const struct object nexthop_info_object;

#endif
