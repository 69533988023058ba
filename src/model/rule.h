/* A rule of the policy: what linux/fib_rules.h calls a struct fib_rule_hdr with FRA_ attributes. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "kind/byte.h"
#include "kind/flag.h"
#include "kind/ifname.h"
#include "kind/mark.h"
#include "kind/nested.h"
#include "kind/number.h"
#include "kind/prefix.h"

struct rule {
	uint8_t family;
	struct number preference;
	struct flag invert;
	struct prefix source;
	struct prefix destination;
	struct byte tos;
	struct mark mark;
	struct ifname input;
	struct ifname output;
	struct number class;
	struct number target; /* of goto */
	struct flag input_detached, output_detached, unresolved;
	struct byte action; /* FR_ACT_…, other than looking up a class and goto */
	struct byte protocol;
	struct nested own; /* a struct route; its class is the rule's */
};

extern const struct object rule_object;

/*
 * Is it the kernel's own: by its protocol, or one of the three that every kernel starts with, 0
 * local, 32766 main, 32767 default?
 */
bool rule_is_builtin(const struct rule *rule);

#endif
