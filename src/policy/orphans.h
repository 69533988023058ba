/* Parts in nftables that belong to nothing: somebody removed a rule with another tool, or the
 * program was killed between the two. */
#ifndef POLICY_ORPHANS_H
#define POLICY_ORPHANS_H

#include "base/vector.h"
#include "netlink/netlink.h"

/*
 * Calls `each` for the words of every part in nftables that belongs to no route and none of `rules`
 * (struct rule, every one of `family`, or of both: AF_UNSPEC). 0, or -1.
 */
int orphans_find(struct netlink *netlink, uint8_t family, const struct vector *rules,
	void (*each)(const char *words, void *context), void *context, struct error *error);

#endif
