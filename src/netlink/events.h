/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives the kernel's notifications: changes of routes, rules and devices as they happen. */
#ifndef NETLINK_EVENTS_H
#define NETLINK_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

struct error;
struct events;

struct events_wanted {
	bool routes, rules;
	uint8_t family; /* AF_INET, AF_INET6; AF_UNSPEC: both */
};

enum event_state {
	EVENTS_REPORTED, /* `each` was called for the notifications received */
	EVENTS_QUIET,    /* no notification is waiting; reported once before each wait */
	EVENTS_LOST,  /* the receive buffer overflowed: some notifications are lost, and those after
	                 them were discarded */
	EVENTS_ENDED, /* SIGINT or SIGTERM came, or standard output is a closed pipe */
};

/*
 * Subscribes to the wanted notifications and to those of devices. Blocks SIGINT and SIGTERM from
 * now on; events_next() reports them. Returns NULL with the error on failure; free with
 * events_close().
 */
struct events *events_open(const struct events_wanted *wanted, struct error *error);
void events_close(struct events *events);

/*
 * Waits for notifications, calls `each` for every one received, and sets *state. A message is valid
 * only during its call. Returns 0, or -1 with the error if the socket failed; then *state is
 * undefined, and `events` can only be closed.
 */
int events_next(struct events *events, void (*each)(const struct nlmsghdr *, void *context),
	void *context, enum event_state *state, struct error *error);

/* The next wait of events_next() lasts at most `milliseconds`; EVENTS_QUIET is reported after it.
 */
void events_wake(struct events *events, int milliseconds);

#endif
