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

enum { PIPELINE_WINDOW = 2048 }; /* messages in flight, at most */

/* What is asked and told while messages are sent; `index` counts them from 0. */
struct pipeline {
	/*
	 * Writes one, into memory with room for MESSAGE_MAX bytes. Its sequence number and
	 * NLM_F_ACK are set later. False: it is left out.
	 */
	bool (*put)(size_t index, struct nlmsghdr *message, void *context);
	/* Must those before it have been answered when it is put? NULL: none waits. */
	bool (*waits)(size_t index, void *context);
	/*
	 * One was refused: called in order, when its window is answered, so that the conversation
	 * is free. False: no more windows. NULL: refusals do not matter.
	 */
	bool (*refused)(size_t index, const struct answer *answer, void *context);
	/* What the kernel made of one that has NLM_F_ECHO. May be NULL. */
	void (*reply)(size_t index, const struct nlmsghdr *reply, void *context);
	/* Asked before each window, with how many are done: true stops. May be NULL. */
	bool (*stop)(size_t done, void *context);
	void *context;
};

/*
 * Sends `count` messages. *sent: how many the kernel has run, refused ones included. 0, or -1 with
 * the error set when the socket failed (then the PIPELINE_WINDOW messages from *sent on may or may
 * not have run).
 */
int pipeline_send(struct netlink *netlink, size_t count, const struct pipeline *pipeline,
	size_t *sent, struct error *error);

#endif
