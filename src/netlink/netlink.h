/*
 * One conversation with rtnetlink: requests one by one, and dumps. Many changes at once:
 * pipeline.h. All numbers in host byte order.
 */
#ifndef NETLINK_NETLINK_H
#define NETLINK_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

struct error;
struct netlink;

/* How the kernel answered a message. */
struct answer {
	uint32_t sequence;  /* of the message answered */
	int number;         /* errno, positive; 0: done */
	uint32_t offset;    /* of the attribute at fault in the message sent; 0: not said */
	char sentence[256]; /* the kernel's own words (NLMSGERR_ATTR_MSG), or empty; a warning if
	                       number is 0 */
};

/*
 * Opens a socket with extended and capped acks, strict checking, a receive buffer of 4 MiB where it
 * may. NULL with the error set.
 */
struct netlink *netlink_open(struct error *error);
/* The same with another part of the kernel: NETLINK_NETFILTER. */
struct netlink *netlink_open_protocol(int protocol, struct error *error);
void netlink_close(struct netlink *netlink);
/* The same conversation over a new socket, after one was lost: late answers do not come. 0, or -1
 * with the error. */
int netlink_renew(struct netlink *netlink, struct error *error);
int netlink_descriptor(const struct netlink *netlink);
/* Takes `count` sequence numbers that follow one another; returns the first. */
uint32_t netlink_reserve(struct netlink *netlink, uint32_t count);

/*
 * Sends one message (its NLM_F_ACK and sequence are set here) and waits for the answer. `reply`, if
 * not NULL, is called for each message that comes before the ack (an echo, an object asked for).
 * 0: an answer came, also a refusal: see *answer. -1: the socket failed, error set.
 */
int netlink_request(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	void (*reply)(const struct nlmsghdr *, void *context), void *context, struct error *error);

/*
 * Sends a dump request (type, family header and filter attributes in `message`; flags and sequence
 * are set here) and calls `each` for every message. A callback that returns false ends the dump
 * early; the rest is drained, or left to a socket that is closed. An interrupted dump
 * (NLM_F_DUMP_INTR) is not repeated here: *interrupted says so. 0: done or refused, see *answer.
 * -1: the socket failed, error set.
 */
int netlink_dump(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, bool *interrupted,
	struct error *error);

/* Reads one error or ack message into *answer. False: it is neither. */
bool answer_read(struct answer *answer, const struct nlmsghdr *message);

#endif
