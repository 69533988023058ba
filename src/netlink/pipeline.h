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

/*
 * Sends `count` messages that stand one behind the other in `messages`; their sequence numbers are
 * set here to first, first + 1, … `refused` is called for each refusal, in order, when its window
 * has been answered; it returns false to stop before the next window. `stop` (may be NULL) is
 * polled between windows: true stops. *sent: how many messages the kernel has run, refused ones
 * included. 0, or -1 with the error set when the socket failed (then messages from *sent on may or
 * may not have run).
 */
int pipeline_send(struct netlink *netlink, void *messages, size_t count, uint32_t first,
	bool (*refused)(const struct answer *, void *context), void *context,
	bool (*stop)(void *context), size_t *sent, struct error *error);

#endif
