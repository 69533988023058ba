/* A route, the document's node: what linux/rtnetlink.h calls a struct rtmsg with RTA_ attributes.
 */
#ifndef MODEL_ROUTE_H
#define MODEL_ROUTE_H

#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/byte.h"
#include "kind/device.h"
#include "kind/encap.h"
#include "kind/flag.h"
#include "kind/gateway.h"
#include "kind/metric.h"
#include "kind/nested.h"
#include "kind/nexthops.h"
#include "kind/number.h"
#include "kind/part.h"
#include "kind/prefix.h"
#include "kind/tcp.h"

/* The classes that are built in, and where the tool's private ones begin. */
enum {
	CLASS_DEFAULT = 253,
	CLASS_MAIN = 254,
	CLASS_LOCAL = 255,
};
#define CLASS_PRIVATE 2147483648U

/*
 * Nexthop objects that the tool makes for routes to share: their protocol, and the first of their
 * numbers. What they hold is shown instead of their number.
 */
enum { PROTOCOL_SHARED = 98 };
#define NEXTHOP_PRIVATE 2147483648U

struct route {
	uint8_t family;
	bool told;        /* it came in a message */
	struct byte type; /* RTN_… */
	struct prefix destination;
	struct prefix from; /* IPv6: the sources that it serves */
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
	struct metric initcwnd, features, rto_min, initrwnd, quickack, fastopen_no_cookie;
	struct congestion congestion;
	struct attributes other_metrics;
	struct device input;
	struct byte preference; /* ICMPV6_ROUTER_PREF_… */
	struct byte ttl_propagate;
	struct nested nexthop_info; /* the object that nhid names, if somebody asked for it */
	struct nexthops nexthops;   /* struct nexthop */
	struct prefix nat;          /* a NAT route: what nftables makes of the destination */
	struct part part;           /* in nftables */
	struct attributes others;
};

extern const struct object route_object;

/* Is it a NAT route, even if its part in nftables is missing? */
bool route_translates(const struct route *route);
/* The scope that the kernel wants of a route whose words name none. */
uint8_t route_default_scope(const struct route *route);
/* Of route_object. */
int route_finish(const struct parser *parser, void *record, const struct origin *origin, bool del,
	struct error *error);
void route_got(struct message *message, void *record);

#endif
