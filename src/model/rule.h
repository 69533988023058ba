/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule: a struct fib_rule_hdr with FRA_ attributes (linux/fib_rules.h). */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "kind/action.h"
#include "kind/attributes.h"
#include "kind/byte.h"
#include "kind/family.h"
#include "kind/flag.h"
#include "kind/ifname.h"
#include "kind/ipproto.h"
#include "kind/limit.h"
#include "kind/mark.h"
#include "kind/nested.h"
#include "kind/number.h"
#include "kind/nft_part.h"
#include "kind/prefix.h"
#include "kind/masquerade.h"
#include "kind/reply.h"
#include "kind/span.h"
#include "kind/traffic.h"

struct rule {
	uint8_t family;
	struct byte table_family; /* given for families without addresses: ipmr, ip6mr */
	struct number preference;
	struct flag invert;
	struct prefix source;
	struct prefix destination;
	struct byte tos;
	struct mark mark;
	struct ifname input;
	struct ifname output;
	struct span users;
	struct byte ip_protocol;
	struct flag l3mdev; /* without another action: looks up the class of the packet's VRF */
	struct span source_ports, destination_ports;
	struct wide tunnel;
	struct number class;
	struct number suppress_length; /* ignores routes with at most this prefix length */
	struct number suppress_group;  /* ignores routes to devices of this group */
	struct number realm;
	struct number target; /* preference, for goto */
	struct flag input_detached, output_detached, unresolved;
	struct byte action; /* FR_ACT_…; not given: not decided */
	struct byte protocol;
	struct mark dscp;
	struct mark flowlabel;
	struct attributes others;
	struct nested own;  /* a struct route, the own record; its class is that of the rule */
	struct flag only;   /* packets that the own record does not route are unreachable */
	struct flag marked; /* its private class has a marker: see MARKER_METRIC */
	struct flag gone;   /* its class has a marker but no own record: the kernel removed that */
	/* The nftables part: see model/binding.h. */
	struct reply reply; /* its mark is that of the rule */
	struct masquerade masquerade;
	struct prefix nat; /* the new source */
	struct flag log, valve, count;
	struct flag retag;      /* gives its realm to the other rules of its class */
	struct part part;       /* state of the nftables part */
	struct byte owner;      /* with PROTOCOL_TRANSLATED: the protocol of its owner */
	struct traffic traffic; /* counters of the packets that it routed, if it has an nftables
	                           part */
};

extern const struct object rule_object;

/*
 * The preferences of the rules of local-policy: the exceptions, the lookup of the host's own
 * packets (+ 1), and the end. A rule without a preference is added after them.
 */
enum { PREFERENCE_HOST = 1, PREFERENCE_HOST_END = 3 };
/* Preferences of the kernel's own rules (fib_default_rules_init()). */
enum { PREFERENCE_MAIN = 32766, PREFERENCE_DEFAULT = 32767 };
/* Returns true for a rule of local-policy. */
bool rule_is_of_host(const struct rule *rule);

/* Returns true for the kernel's own rules: by protocol, or one of the three that every kernel
 * starts with (0 local, 32766 main, 32767 default). */
bool rule_is_builtin(const struct rule *rule);

/* Returns true if the rule has one of the words masq, nat, log, valve, count. */
bool rule_translates(const struct rule *rule);
/* Returns true if the rule has PROTOCOL_TRANSLATED and the shape of such a rule: IPv6, or a reply
 * mark. A rule of another program may have the number. */
bool rule_is_owned(const struct rule *rule);
/* Returns true if the rule needs PROTOCOL_TRANSLATED, so that only nftables has the protocol of its
 * owner. */
bool rule_hides_owner(const struct rule *rule);
/* If so, sets that protocol; a protocol from words becomes the owner. */
void rule_hide_owner(struct rule *rule);
/* Returns true if the rule has an nftables part: it translates, or marks replies. */
bool rule_has_part(const struct rule *rule);
/* Sets the nftables part of the rule to that of the other one, or to none (NULL). */
void rule_take_words(struct rule *rule, const struct rule *from);
/* Removes the nftables part and the mark that it is missing; the rest is in the kernel's rule. */
void rule_remove_translation(struct rule *rule);
/* Returns words that select rules, for this rule: `proto` also names the owner that nftables
 * keeps. */
struct rule rule_wanted_of(const struct rule *wanted, const struct rule *rule);
/* Returns the part of `wanted` that can be compared with `rule`: without the nftables part if that
 * of `rule` is missing. */
struct rule rule_comparable(const struct rule *wanted, const struct rule *rule);
/* Returns the realm of this program that the rule gives to its packets; 0 if it gives none. */
uint32_t rule_tag(const struct rule *rule);
/* Completes a selection of rules: `dev DEV reply` selects by the reply mark. */
void rule_settle(struct rule *rule);
/* Functions of rule_object: see struct object. */
int rule_finish(const struct parser *parser, void *record, const struct origin *origin, bool del,
	struct error *error);
void rule_got(struct message *message, void *record);

#endif
