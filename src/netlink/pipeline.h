/*
 * Many messages at the kernel's own speed: windows of messages in one send, an ack asked only of
 * the last. The kernel runs every message of a window, also after an error, and always answers
 * errors; so after a window each message is known as done or refused.
 */
#ifndef NETLINK_PIPELINE_H
#define NETLINK_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netlink/netlink.h"

/* What is told while messages are sent; `index` counts them from 0. Functions may be NULL. */
struct pipeline {
	/*
	 * One was refused: called in order, when its window is answered, so that the conversation
	 * is free. False: no more windows.
	 */
	bool (*refused)(size_t index, const struct answer *answer, void *context);
	/* What the kernel made of one that has NLM_F_ECHO. */
	void (*reply)(size_t index, const struct nlmsghdr *reply, void *context);
	/* Asked before each window, with how many are done: true stops. */
	bool (*stop)(size_t done, void *context);
	void *context;
};

/*
 * Sends `count` messages that stand one behind the other in `messages`; their sequence numbers and
 * NLM_F_ACK are set here. *sent: how many the kernel has run, refused ones included. 0, or -1 with
 * the error set when the socket failed (then messages from *sent on may or may not have run).
 */
int pipeline_send(struct netlink *netlink, void *messages, size_t count,
	const struct pipeline *pipeline, size_t *sent, struct error *error);

#endif
