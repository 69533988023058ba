/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a lookup and its outcome. */
#ifndef LOOKUP_TRACE_H
#define LOOKUP_TRACE_H

#include "base/vector.h"
#include "lookup/search.h"
#include "lookup/match.h"

/* What a rule did with the packet. */
enum verdict {
	VERDICT_SKIPPED,           /* it does not match, for the reason step->match */
	VERDICT_NOTHING,           /* it matches and does nothing (nop) */
	VERDICT_JUMPED,            /* goto */
	VERDICT_UNRESOLVED,        /* goto a rule that does not exist: the next rule follows */
	VERDICT_NO_ROUTE,          /* its class has no route for the packet */
	VERDICT_THROWN,            /* step->node is a throw */
	VERDICT_SUPPRESSED_LENGTH, /* suppress_prefixlength, of step->node */
	VERDICT_SUPPRESSED_GROUP,  /* suppress_ifgroup */
	VERDICT_ROUTED,            /* step->node routes the packet; ends the scan */
	VERDICT_REFUSED, /* step->node, or the rule if that is NULL, refuses it; ends the scan */
};

struct trace_step {
	const struct rule *rule; /* borrowed from the snapshot */
	enum verdict verdict;
	enum match match;
	uint32_t class;           /* the class looked up; 0: none */
	const struct route *node; /* in found.candidates; NULL: none */
	struct found found;       /* what the class has; zeroed if none was looked up */
};

/* Why a packet is dropped. */
enum drop_cause {
	CAUSE_NONE,
	CAUSE_RULE,     /* a rule refuses it */
	CAUSE_NODE,     /* a node refuses it */
	CAUSE_NO_ROUTE, /* no rule led to a route */
	/* Packets that this host may not send. */
	CAUSE_SOURCE_UNUSABLE, /* multicast, broadcast or 0.0.0.0 as the source */
	CAUSE_SOURCE_FOREIGN,  /* the source is not an address of this host; `iif` is missing */
	CAUSE_DEVICE_DOWN,     /* the device that it is bound to is down */
	CAUSE_LOOPBACK_SOURCE, /* the source is 127.x and route_localnet is off */
	CAUSE_DESTINATION_UNUSABLE, /* 0.0.0.0 as the destination */
	/* Packets that come in. */
	CAUSE_MARTIAN_SOURCE,      /* the source is multicast, broadcast or 0.0.0.0 */
	CAUSE_MARTIAN_DESTINATION, /* the destination is 0.0.0.0, or the node is neither unicast nor
	                              local */
	CAUSE_LOOPBACK,            /* an address is 127.x and route_localnet is off */
	CAUSE_SOURCE_LOCAL,        /* the source is an address of this host; accept_local is off */
	CAUSE_SOURCE_NOT_UNICAST,  /* the route to the source is neither unicast nor local */
	CAUSE_NO_REVERSE_ROUTE,    /* rp_filter: no route to the source */
	CAUSE_REVERSE_OTHER_DEVICE, /* rp_filter: the route to the source uses another device */
	CAUSE_NOT_FORWARDING,       /* `forwarding` is off */
	CAUSE_NOT_JOINED,           /* this host has not joined the multicast group */
};

struct outcome {
	int number; /* errno of the kernel's answer; 0: the packet is delivered or sent on */
	enum drop_cause cause;
	uint8_t type;             /* RTN_… */
	const struct rule *rule;  /* the rule that decided; NULL: none */
	uint32_t class;           /* the class of `node`; 0: none */
	const struct route *node; /* NULL: none; a packet bound to a device may be sent without */
	struct hop *hops; /* one or more; that of a packet for this host is the loopback device */
	size_t hop_count;
};

struct trace {
	struct flow flow;
	struct vector steps; /* struct trace_step */
	struct outcome outcome;
	/*
	 * The outcome depends on a hash or on the kernel's caches: a suppressor affects only some
	 * hops of an IPv6 route, or an IPv6 route with a nexthop object; or rp_filter accepts only
	 * some hops. The trace follows the first hop that is accepted.
	 */
	bool ambiguous;
	/* For an IPv4 packet that came in: the lookup of the route to its source, for its last hop;
	 * reverse->reverse is that for the hop before, and so on. NULL: none was needed. */
	struct trace *reverse;
	uint8_t rp_filter; /* 0, 1, 2: the setting with which `reverse` was checked */
};

/* Frees everything that is not in the arena. */
void trace_free(struct trace *trace);

#endif
