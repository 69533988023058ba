/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that does not know an attribute of a rule adds the rule without it; the rule then
 * matches more packets than was meant, perhaps every packet. So before such a rule is added, a
 * harmless one with the same selectors is: its action is `nop` (go on to the next rule), and it
 * comes last, at preference 4294967295. The kernel's echo shows what it made of the rule; then the
 * rule is deleted, as the kernel reported it. No packet is treated differently meanwhile, and if
 * the program is killed in between, the rule that stays does nothing.
 *
 * Each set of attributes is probed once.
 */
#ifndef CHANGE_PROBE_H
#define CHANGE_PROBE_H

#include "base/vector.h"
#include "netlink/netlink.h"
#include "change/loss.h"

struct rule;

/* The sets of attributes that the kernel is known to keep. Empty when zeroed; freed with
 * vector_free(&probes.kept). */
struct probes {
	struct vector kept; /* sets of attributes and their families */
};

/*
 * Finds out whether the kernel would keep every attribute of a rule (an RTM_NEWRULE message). Sets
 * *lost if not, and fills *loss (in the arena). A refusal by the kernel is no loss: it will refuse
 * the rule itself. Returns 0, or -1 with the error if the socket failed or the harmless rule could
 * not be deleted (STATUS_PARTLY).
 */
int probe_rule(struct probes *probes, struct netlink *netlink, const struct nlmsghdr *message,
	struct arena *arena, bool *lost, struct loss *loss, struct error *error);

/* Returns true for such a harmless rule: it is there for a moment, or a killed program left it. */
bool rule_is_probe(const struct rule *rule);

#endif
