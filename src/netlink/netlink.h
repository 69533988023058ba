/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink socket: single requests, and dumps. pipeline.h sends many messages at once. All numbers
 * are in host byte order.
 */
#ifndef NETLINK_NETLINK_H
#define NETLINK_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/netlink.h>

struct error;
struct netlink;

/* Room for any message from the kernel, whose buffers are limited to KMALLOC_MAX_SIZE. Untouched
 * memory costs nothing. */
enum { NETLINK_RECEIVE_SIZE = 4 * 1024 * 1024 };

/* The kernel's answer to a message. */
struct answer {
	uint32_t sequence;  /* sequence number of the message that was answered */
	int number;         /* a positive errno; 0: success */
	unsigned int parts; /* number of parts of a dump */
	uint32_t offset; /* byte offset of the attribute at fault in the message that was sent; 0:
	                    not reported */
	char sentence[256]; /* the kernel's text (NLMSGERR_ATTR_MSG), or empty; a warning if number
	                       is 0 */
};

/*
 * Opens an rtnetlink socket with extended and capped acks, strict checking, and a receive buffer of
 * 4 MiB if the kernel allows it. Returns NULL with the error on failure; free with netlink_close().
 */
struct netlink *netlink_open(struct error *error);
/*
 * Receives the next datagram of a netlink socket. Tries again after a signal or a temporary lack of
 * memory, but not after ENOBUFS, when the kernel has dropped an answer. Returns the number of
 * bytes, or -1 with errno, like recv().
 */
ssize_t netlink_receive(int descriptor, void *memory, size_t size);
/* As netlink_open(), for another protocol (NETLINK_NETFILTER). */
struct netlink *netlink_open_protocol(int protocol, struct error *error);
void netlink_close(struct netlink *netlink);
/*
 * Replaces a failed socket by a new one, which doesn't receive late answers to the old one. Returns
 * 0, or -1 with the error; the old socket stays then.
 */
int netlink_renew(struct netlink *netlink, struct error *error);
int netlink_descriptor(const struct netlink *netlink);
/* Returns NETLINK_RECEIVE_SIZE bytes for answers; every request overwrites them. */
char *netlink_memory(struct netlink *netlink);
/* Reserves `count` successive sequence numbers; returns the first. */
uint32_t netlink_reserve(struct netlink *netlink, uint32_t count);

/*
 * Sends one message and waits for the answer. Sets NLM_F_ACK and the sequence number in `message`.
 * Calls `reply`, if not NULL, for each message before the ack (an echo, a requested object).
 * Returns 0 if the kernel answered, even if it refused: see *answer. Returns -1 with the error if
 * the socket failed.
 */
int netlink_request(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	void (*reply)(const struct nlmsghdr *, void *context), void *context, struct error *error);

/*
 * Sends a dump request and calls `each` for every message, which is valid only during the call.
 * `message` has the type, the family header and filter attributes; flags and sequence number are
 * set here. If `each` returns false, the rest of the dump is discarded. A dump that a concurrent
 * change interrupted (NLM_F_DUMP_INTR) is not repeated, but sets *interrupted. Returns 0 if the
 * dump ended or was refused: see *answer. Returns -1 with the error if the socket failed.
 */
int netlink_dump(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, bool *interrupted,
	struct error *error);

/* Reads an error or ack message into *answer. Returns false if the message is neither. */
bool answer_read(struct answer *answer, const struct nlmsghdr *message);

#endif
