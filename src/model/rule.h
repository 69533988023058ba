/* A rule of the policy: what linux/fib_rules.h calls a struct fib_rule_hdr with FRA_ attributes. */
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
#include "kind/part.h"
#include "kind/prefix.h"
#include "kind/span.h"

struct rule {
	uint8_t family;
	struct byte table_family; /* given in the families that no address tells: ipmr, ip6mr */
	struct number preference;
	struct flag invert;
	struct prefix source;
	struct prefix destination;
	struct byte tos;
	struct mark mark;
	struct ifname input;
	struct ifname output;
	struct flag l3mdev; /* alone: the class of the packet's VRF */
	struct span users;
	struct byte ip_protocol;
	struct span source_ports, destination_ports;
	struct wide tunnel;
	struct number class;
	struct number suppress_length; /* routes up to this length do not count */
	struct number suppress_group;  /* nor those out of this group of devices */
	struct number realm;
	struct number target; /* of goto */
	struct flag input_detached, output_detached, unresolved;
	struct byte action; /* FR_ACT_…; not given: nothing is said, and nothing decided */
	struct byte protocol;
	struct mark dscp;
	struct mark flowlabel;
	struct attributes others;
	struct nested own; /* a struct route; its class is the rule's */
	/* What nftables does and keeps: see model/binding.h. */
	struct flag masquerade;
	struct prefix nat; /* what the source becomes */
	struct flag log, valve;
	struct flag retag; /* the other rules of the class get its realm */
	struct part part;  /* in nftables */
};

extern const struct object rule_object;

/*
 * Is it the kernel's own: by its protocol, or one of the three that every kernel starts with, 0
 * local, 32766 main, 32767 default?
 */
bool rule_is_builtin(const struct rule *rule);

/* Has nftables anything to do for it: masq, nat, log, valve? */
bool rule_translates(const struct rule *rule);
/*
 * What of `wanted` can be compared with a rule: but for the words of its part in nftables, if that
 * is not there to tell.
 */
struct rule rule_comparable(const struct rule *wanted, const struct rule *rule);
/* The realm of the tool's own that it gives its packets; 0: none. */
uint32_t rule_tag(const struct rule *rule);

#endif
