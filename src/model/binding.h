/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nftables part of a rule (masquerade, NAT, log, valve, count, reply) or of a NAT route. */
#ifndef MODEL_BINDING_H
#define MODEL_BINDING_H

#include "kind/byte.h"
#include "kind/flag.h"
#include "kind/ifname.h"
#include "kind/masquerade.h"
#include "kind/number.h"
#include "kind/prefix.h"
#include "kind/reply.h"
#include "kind/service.h"

/*
 * nft's `rt classid` of an IPv4 packet is the realm of the rule that routed it (lower 16 bits) and
 * the realm of the rule that would route its reply (upper 16 bits). The program uses these realms.
 */
enum {
	REALM_FIRST = 0x8000,
	REALM_LAST = 0xffff,
};

/* The protocol (FRA_PROTOCOL, RTA_PROTOCOL) of rules and routes that need an nftables part. It
 * shows that the part is missing after a flush of nftables. */
enum { PROTOCOL_TRANSLATED = 97 };

/*
 * With a realm, matches packets that the kernel gave this realm. `shared`: other rules of the class
 * give the same realm, so the selectors distinguish them; a binding without an action keeps its
 * packets from later bindings. Without a realm: an IPv6 rule, matched only by its selectors, or a
 * NAT route.
 */
struct binding {
	uint8_t family;
	struct number preference; /* preference of the rule; not given: a NAT route */
	struct prefix route;      /* the NAT route's destination */
	struct service service;   /* only for these ports */
	struct number realm;
	struct flag shared;
	struct prefix source, destination;
	struct ifname input;
	struct reply reply;
	struct mark mark; /* reply mark; has no row, since `reply` contains it */
	struct masquerade masquerade;
	struct prefix nat; /* new source; for a NAT route: new destination */
	struct flag log;
	struct flag valve;
	struct flag count;
	struct number owner; /* protocol of the owner, since that of the rule or route is
	                        PROTOCOL_TRANSLATED */
};

/* Its rows are written to the comments of nftables rules, so nothing is stored outside of the
 * kernel. */
extern const struct object binding_object;

/* Refuses words that set PROTOCOL_TRANSLATED, unless they are from a listing: there it is a rule or
 * route of another program. Returns 0, or -1 with the error. */
int binding_check_protocol(const struct parser *parser, const struct byte *protocol,
	const struct origin *origin, struct error *error);

/* Returns true if the binding has an action; false if it only keeps its packets from later
 * bindings. */
bool binding_acts(const struct binding *binding);

#endif
