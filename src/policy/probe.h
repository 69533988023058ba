/*
 * A kernel that does not know an attribute of a rule takes the rule without it; then it matches
 * more than was meant, perhaps every packet, until somebody notices. So before such a rule is added
 * the kernel is shown a harmless one with the same selectors: it says `nop` (go on to the next
 * rule) and stands behind all others, at preference 4294967295. What the kernel made of it is in
 * the echo; then it is deleted, by what the kernel told. No packet meets anything else than before,
 * and should the program be killed in between, what stays does nothing.
 *
 * A kernel is asked once for each set of attributes.
 */
#ifndef POLICY_PROBE_H
#define POLICY_PROBE_H

#include "base/vector.h"
#include "netlink/netlink.h"
#include "policy/loss.h"

/* What the kernel is known to keep. Zeroed at the beginning; freed with vector_free(&probes.kept).
 */
struct probes {
	struct vector kept; /* sets of attributes, by family */
};

/*
 * Would the kernel keep all of this rule (a message of RTM_NEWRULE)? *lost: no, see *loss. What it
 * refuses is no loss: it will say so itself. 0, or -1 when the socket failed.
 */
int probe_rule(struct probes *probes, struct netlink *netlink, const struct nlmsghdr *message,
	struct arena *arena, bool *lost, struct loss *loss, struct error *error);

#endif
