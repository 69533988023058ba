/* What the kernel tells by itself: changes of routes, rules and devices, as they happen. */
#ifndef NETLINK_EVENTS_H
#define NETLINK_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

struct error;
struct events;

struct events_wanted {
	bool routes, rules;
	uint8_t family; /* AF_UNSPEC: IPv4 and IPv6 */
};

enum event_state {
	EVENTS_TOLD,  /* `each` was called for what came */
	EVENTS_QUIET, /* nothing more is waiting; said once before it waits */
	EVENTS_LOST,  /* some were lost for want of room, and those behind them are thrown away */
	EVENTS_ENDED, /* SIGINT, SIGTERM, or nobody reads standard output any more */
};

/*
 * Begins to listen, also for devices. SIGINT and SIGTERM are blocked from here on: they end the
 * listening. NULL with the error.
 */
struct events *events_open(const struct events_wanted *wanted, struct error *error);
void events_close(struct events *events);

/* Waits for what happens next: *state. 0, or -1 with the error when the socket failed. */
int events_next(struct events *events, void (*each)(const struct nlmsghdr *, void *context),
	void *context, enum event_state *state, struct error *error);

#endif
