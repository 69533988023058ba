/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A route (a node, in the document): a struct rtmsg with RTA_ attributes (linux/rtnetlink.h). */
#ifndef MODEL_ROUTE_H
#define MODEL_ROUTE_H

#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/byte.h"
#include "kind/device.h"
#include "kind/encap/encap.h"
#include "kind/flag.h"
#include "kind/gateway.h"
#include "kind/metric.h"
#include "kind/nested.h"
#include "kind/nexthops.h"
#include "kind/number.h"
#include "kind/nft_part.h"
#include "kind/prefix.h"
#include "kind/service.h"
#include "kind/tcp.h"

/* The built-in classes, and the first private class of this program. */
enum {
	CLASS_DEFAULT = 253,
	CLASS_MAIN = 254,
	CLASS_LOCAL = 255,
};
#define CLASS_PRIVATE 2147483648U
/*
 * Each private class also has a marker: a default route without a device (throw or unreachable),
 * which the removal of devices does not affect. Its metric is the number of the class plus this,
 * higher than that of any record.
 */
#define MARKER_METRIC 1073741824U

/* The protocol and the first number of the nexthop objects that this program makes for routes to
 * share. Listings show their content instead of their number. */
enum { PROTOCOL_SHARED = 98 };
/* The protocol of records from a policy file that names no other owner. */
enum { PROTOCOL_POLICY = 96 };
#define NEXTHOP_PRIVATE 2147483648U
/*
 * The metric of a NAT route for ports: this value, plus the protocol in bits 16 to 23 and the first
 * port. So there can be many besides the local route of the host's own address, and after it.
 */
#define METRIC_SERVICE 1610612736U

struct route {
	uint8_t family;
	bool decoded;     /* decoded from a message */
	struct byte type; /* RTN_… */
	struct prefix destination;
	struct prefix from; /* IPv6: only for packets from these sources */
	struct number nexthop_id;
	struct address new_destination; /* `as` */
	struct encap encap;
	struct byte tos;
	struct gateway gateway;
	struct device device;
	struct number class;
	struct byte protocol; /* RTPROT_… */
	struct byte scope;    /* RT_SCOPE_… */
	struct address source;
	struct number metric;
	struct number mark, realm, user;
	struct number cached; /* RTCF_… */
	struct number expires, failure, users, used, age, ipid, timestamp, timestamp_age;
	struct flag dead, onlink, pervasive, offload, trap, notify, linkdown, unresolved;
	struct flag rt_offload, rt_trap, rt_offload_failed;
	struct number lock;
	struct metric mtu, window, rtt, rttvar, ssthresh, cwnd, advmss, reordering, hoplimit;
	struct metric initcwnd, features, rto_min, initrwnd, quickack;
	struct metric fastopen_no_cookie;
	struct congestion congestion;
	struct attributes other_metrics;
	struct device input;
	struct byte preference; /* ICMPV6_ROUTER_PREF_… */
	struct byte ttl_propagate;
	struct flag own;            /* it is a rule's own record: its class is private */
	struct nested nexthop_info; /* the nexthop object of nhid, if it was requested */
	struct nexthops nexthops;   /* struct nexthop */
	struct prefix nat;          /* a NAT route: the new destination, set by nftables */
	struct service service;     /* a NAT route only for these ports */
	struct part part;           /* state of the nftables part */
	struct byte owner;          /* with PROTOCOL_TRANSLATED: the protocol of its owner */
	struct attributes others;
};

extern const struct object route_object;

/* Returns true for a NAT route, even if its nftables part is missing. */
bool route_translates(const struct route *route);
/* Returns the realms of the route and of its nexthops, combined by OR. */
uint32_t route_realms(const struct route *route);
/* Returns the class of a route whose words give none, for the document's fib_model (0, 1 or 2). All
 * words must have been read. */
uint32_t route_default_class(const struct route *route, int fib_model);
/* Sets the kernel's default metric (IP6_RT_PRIO_USER) of an IPv6 route without one. */
void route_settle_metric(struct route *route);
/* Returns the scope that the kernel requires for a route whose words give none. */
uint8_t route_default_scope(const struct route *route);
/*
 * Replaces the nexthop object of a route from the kernel by its gateway and device, which the
 * kernel also reports unless nexthop_compat_mode is off. Returns false, and changes nothing, if
 * they were not reported or the route has no object.
 */
bool route_resolve(struct route *route);
/* For comparisons: a route with a nexthop object that is not given as another type has the type of
 * its object. The kernel reports RTN_BLACKHOLE where the object drops packets. */
void route_leave_type(struct route *route);
/* Functions of route_object: see struct object. */
/* Returns true if one of several nexthops has another device than this one (index). */
bool route_leaves_elsewhere(const struct route *route, uint32_t device);
int route_finish(const struct parser *parser, void *record, const struct origin *origin, bool del,
	struct error *error);
void route_put_header(struct nlmsghdr *message, const void *record);
void route_got(struct message *message, void *record);

#endif
