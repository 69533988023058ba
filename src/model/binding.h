/* What nftables does for a rule (masquerade, NAT, log, valve), or for a NAT route. */
#ifndef MODEL_BINDING_H
#define MODEL_BINDING_H

#include "kind/flag.h"
#include "kind/ifname.h"
#include "kind/number.h"
#include "kind/prefix.h"

/*
 * Every IPv4 packet carries the realm of the rule that routed it, and in the upper half of nft's
 * `rt classid` the realm of the rule that would route its answer. These are the tool's own realms.
 */
enum {
	REALM_FIRST = 0x8000,
	REALM_LAST = 0xffff,
};

/*
 * The protocol (FRA_PROTOCOL, RTA_PROTOCOL) of rules and routes that are not whole without their
 * part in nftables: what still tells so when somebody has flushed that.
 */
enum { PROTOCOL_TRANSLATED = 97 };

/*
 * With a realm: what the kernel gave that realm. `shared`: other rules of the class give it too, so
 * that the selectors tell them apart; of these a binding without anything to do keeps packets of
 * its own from the later ones. Without a realm: IPv6, by the selectors alone; or a NAT route.
 */
struct binding {
	uint8_t family;
	struct number preference; /* of the rule; not given: a NAT route */
	struct prefix route;      /* the NAT route's destination */
	struct number realm;
	struct flag shared;
	struct prefix source, destination;
	struct ifname input;
	struct flag masquerade;
	struct prefix nat; /* what the source becomes; of a NAT route: the destination */
	struct flag log;
	struct flag valve;
};

/* Its rows are the comment of each nftables rule: the table in the kernel is the only memory. */
extern const struct object binding_object;

/* Has it anything to do, or does it only keep its packets from others? */
bool binding_acts(const struct binding *binding);

#endif
