/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends many messages as fast as the kernel processes them: a window of messages in one send, with
 * NLM_F_ACK only on the last. The kernel processes every message of a window, even after an error,
 * and always reports errors. So after each window it is known which messages were refused.
 */
#ifndef NETLINK_PIPELINE_H
#define NETLINK_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netlink/netlink.h"

enum { PIPELINE_WINDOW = 2048 }; /* maximum number of messages in flight */

/* Callbacks while messages are sent. `index` counts the messages from 0. */
struct pipeline {
	/*
	 * Writes the message into memory with room for MESSAGE_MAX bytes. pipeline_send() sets its
	 * sequence number and NLM_F_ACK. Returns false to skip this message.
	 */
	bool (*put)(size_t index, struct nlmsghdr *message, void *context);
	/*
	 * Returns true if all earlier messages must be answered before this one is put. NULL: no
	 * message waits.
	 */
	bool (*waits)(size_t index, void *context);
	/*
	 * The kernel refused a message. Called in order once the whole window is answered, so the
	 * callback may use the socket. Returns false to send no more windows. NULL: ignores
	 * refusals.
	 */
	bool (*refused)(size_t index, const struct answer *answer, void *context);
	/*
	 * Receives the kernel's echo of a message with NLM_F_ECHO, valid only during the call; must
	 * not use the socket. May be NULL.
	 */
	void (*reply)(size_t index, const struct nlmsghdr *reply, void *context);
	/*
	 * Called before each window with the number of messages sent so far. Returns true to stop.
	 * May be NULL.
	 */
	bool (*stop)(size_t done, void *context);
	void *context;
};

/*
 * Sends `count` messages. Sets *sent to the number that the kernel has processed, refused ones
 * included. Returns 0, or -1 with the error if the socket failed; then up to PIPELINE_WINDOW
 * messages from *sent on may have been processed, too.
 */
int pipeline_send(struct netlink *netlink, size_t count, const struct pipeline *pipeline,
	size_t *sent, struct error *error);

#endif
