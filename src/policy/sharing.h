/*
 * Routes that share a gateway and a device share a nexthop object of the kernel: it takes them in
 * half the time. The objects are the tool's own (by number and protocol); what they hold is shown
 * as gateway and device. Changes are prepared without them: messages are turned when they are sent.
 */
#ifndef POLICY_SHARING_H
#define POLICY_SHARING_H

#include "policy/transaction.h"

struct sharing;

enum { SHARING_ROOM = 8 }; /* a message may grow by that much */

/* From here on the transaction's new routes share. */
void sharing_join(struct transaction *transaction);
void sharing_free(struct sharing *sharing);

/*
 * Turns a copy of the message of a change, if that is a route that shares, in memory with
 * SHARING_ROOM bytes more. True: the attributes stand elsewhere now. `sharing` may be NULL.
 */
bool sharing_turn(
	const struct sharing *sharing, const struct change *change, struct nlmsghdr *message);

/* A route's message leads through this object, and no other way. */
void sharing_use(struct nlmsghdr *message, uint32_t object);

/*
 * After routes were deleted or replaced: removes the tool's objects that no route uses any more.
 * Best effort: one that stays is found by the next.
 */
void sharing_sweep(struct transaction *transaction);

#endif
