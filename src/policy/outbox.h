/* Messages on their way back to what was: sent many at a time; what cannot be is kept. */
#ifndef POLICY_OUTBOX_H
#define POLICY_OUTBOX_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "netlink/netlink.h"

struct outbox {
	struct netlink *netlink; /* borrowed */
	struct buffer *stuck;    /* borrowed: gets the messages that were refused, or lost */
	struct buffer messages;  /* to be sent next */
	struct vector starts;    /* uint32_t: where each begins, in units of NLMSG_ALIGNTO bytes */
	size_t failed;           /* messages that were refused, or lost */
};

/*
 * Adds a copy of a message with another type and NLM_F_ flags; many are sent at once. A message
 * with a pid gets the nexthop object that it stands for (sharing.h).
 */
void outbox_add(
	struct outbox *outbox, const struct nlmsghdr *source, uint16_t type, uint16_t flags);
/*
 * Sends what is left. What should go and is gone already, or should come and is there, is no
 * failure.
 */
void outbox_send(struct outbox *outbox);
void outbox_free(struct outbox *outbox);

#endif
