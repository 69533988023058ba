/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections whose replies a rule routes: `dev DEV reply [mark MARK[/MASK]]`, those that came
 * in by DEV. nftables marks them in some bits of the connection mark, and their replies in the same
 * bits of the packet mark, which the kernel's rule matches.
 */
#ifndef KIND_REPLY_H
#define KIND_REPLY_H

#include "kind/ifname.h"
#include "kind/mark.h"

enum { REPLY_MASK = 0x7f000000 }; /* the bits used unless words give others */

struct reply {
	bool given;
	char device[sizeof(((struct ifname *)0)->name)]; /* "": unknown, or any */
	uint32_t value, mask;                            /* the mark; mask 0: not chosen */
};

/* In no message. */
extern const struct kind kind_reply;

/* Moves the device that other words gave (`dev DEV`) into the reply, and chooses the mark of that
 * device unless words did. The same name always gets the same mark. */
void reply_settle(struct reply *reply, struct ifname *input);
/* Returns the mark of the replies; not given if the reply has no device. */
struct mark reply_mark(const struct reply *reply);

#endif
