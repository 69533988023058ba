/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the messages that undo changes, in windows; keeps those that fail. */
#ifndef CHANGE_OUTBOX_H
#define CHANGE_OUTBOX_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "change/kept.h"
#include "netlink/netlink.h"

struct outbox {
	struct netlink *netlink; /* borrowed */
	struct buffer *stuck;    /* borrowed: receives the messages that were refused or lost */
	struct buffer messages;  /* to be sent next */
	struct vector starts;    /* uint32_t: where each begins, in units of NLMSG_ALIGNTO bytes */
	size_t failed;           /* number of messages refused or lost */
	size_t uncertain;        /* rules refused with EEXIST: the kernel may mean a similar rule */
};

/* Adds a copy of a message with this type and these NLM_F_ flags. Sends those collected so far if
 * there are many. */
void outbox_add(
	struct outbox *outbox, const struct nlmsghdr *source, uint16_t type, uint16_t flags);
/* As outbox_add(), with the message of a kept record. A route gets its nexthop object back. */
void outbox_add_kept(struct outbox *outbox, const struct kept *kept, uint16_t type, uint16_t flags);
/* Sends the rest. Deleting what is gone or adding a route that exists is no failure; a rule refused
 * with EEXIST counts in `uncertain`. */
void outbox_send(struct outbox *outbox);
void outbox_free(struct outbox *outbox);

#endif
