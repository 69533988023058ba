/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a lookup did, step by step, and how it ended. */
#ifndef LOOKUP_TRACE_H
#define LOOKUP_TRACE_H

#include "base/vector.h"
#include "lookup/search.h"
#include "lookup/match.h"

/* What a rule did with the packet. */
enum verdict {
	VERDICT_SKIPPED,           /* it does not match: step->match says why */
	VERDICT_NOTHING,           /* it matches and does nothing: nop */
	VERDICT_JUMPED,            /* goto */
	VERDICT_UNRESOLVED,        /* goto a rule that does not exist: on to the next rule */
	VERDICT_NO_ROUTE,          /* its class has no route for the packet */
	VERDICT_THROWN,            /* step->node is a throw */
	VERDICT_SUPPRESSED_LENGTH, /* suppress_prefixlength, of step->node */
	VERDICT_SUPPRESSED_GROUP,  /* suppress_ifgroup */
	VERDICT_ROUTED,            /* step->node routes the packet: the scan ends */
	VERDICT_REFUSED, /* the rule (step->node NULL) or step->node refuses it: the scan ends */
};

struct trace_step {
	const struct rule *rule; /* borrowed from the snapshot */
	enum verdict verdict;
	enum match match;
	uint32_t class;           /* looked up; 0: none */
	const struct route *node; /* NULL: none; in found.candidates or the arena */
	struct found found;       /* of the class; without one: zeroed */
};

/* Why a packet goes no further, where the rules alone do not say it. */
enum drop_cause {
	CAUSE_NONE,
	CAUSE_RULE,     /* a rule refuses it */
	CAUSE_NODE,     /* a node refuses it */
	CAUSE_NO_ROUTE, /* no rule led to a route */
	/* What this host may not send. */
	CAUSE_SOURCE_UNUSABLE,      /* multicast, broadcast or 0.0.0.0 as the source */
	CAUSE_SOURCE_FOREIGN,       /* the source is no address of this host: give `iif` */
	CAUSE_DEVICE_DOWN,          /* the device that it is bound to is down */
	CAUSE_LOOPBACK_SOURCE,      /* 127.x may not leave: route_localnet */
	CAUSE_DESTINATION_UNUSABLE, /* 0.0.0.0 as the destination */
	/* What is dropped when it comes in. */
	CAUSE_MARTIAN_SOURCE,      /* the source is multicast, broadcast or 0.0.0.0 */
	CAUSE_MARTIAN_DESTINATION, /* the destination is 0.0.0.0, or the node is neither unicast nor
	                              local */
	CAUSE_LOOPBACK,            /* 127.x came in by a device: route_localnet */
	CAUSE_SOURCE_LOCAL,        /* the source is an address of this host: accept_local */
	CAUSE_SOURCE_NOT_UNICAST,  /* the way back to the source is no unicast or local node */
	CAUSE_NO_REVERSE_ROUTE,    /* rp_filter, and no route leads back to the source */
	CAUSE_REVERSE_OTHER_DEVICE, /* rp_filter 1, and the way back is another device */
	CAUSE_NOT_FORWARDING,       /* `forwarding` is off */
	CAUSE_NOT_JOINED,           /* a multicast group that this host has not joined */
};

struct outcome {
	int number; /* errno that the kernel answers; 0: the packet goes on */
	enum drop_cause cause;
	uint8_t type;             /* RTN_… */
	const struct rule *rule;  /* that decided; NULL: none was asked, or none did */
	uint32_t class;           /* 0: no node was taken */
	const struct route *node; /* NULL: none; the packet may still go on (bound to a device) */
	struct hop *hops; /* one or several ways out; a packet for this host: its loopback */
	size_t hop_count;
};

struct trace {
	struct flow flow;
	struct vector steps; /* struct trace_step */
	struct outcome outcome;
	/*
	 * A hash decides what becomes of the packet, or what the kernel has cached: a suppressor
	 * that concerns some of the hops of an IPv6 route, or one with a nexthop object; an
	 * rp_filter that lets the packet in only if it goes out by certain hops. The trace follows
	 * the first hop that is let pass.
	 */
	bool ambiguous;
	/* Of an IPv4 packet that came in: the lookup of the way back to its source. NULL: none was
	 * needed. */
	struct trace *reverse;
	uint8_t rp_filter; /* 0, 1, 2: by which `back` was judged */
};

/* Frees what is not in the arena. */
void trace_free(struct trace *trace);

#endif
