/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives the multicast groups of rtnetlink until a signal or a closed pipe. */
#include "netlink/events.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "netlink/message.h"
#include "netlink/netlink.h"

enum {
	RECEIVE_BUFFER = 4 * 1024 * 1024,
};

struct events {
	struct mnl_socket *socket;
	int signals;
	bool quiet; /* EVENTS_QUIET has been reported */
	int wait;   /* milliseconds of the next wait; -1: for ever */
	_Alignas(struct nlmsghdr) char memory[NETLINK_RECEIVE_SIZE];
};

static int join(struct events *events, int group)
{
	return mnl_socket_setsockopt(events->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
}

static int join_all(struct events *events, const struct events_wanted *wanted)
{
	bool inet = wanted->family != AF_INET6;
	bool inet6 = wanted->family != AF_INET;

	return join(events, RTNLGRP_LINK) ||
	       (wanted->routes && inet && join(events, RTNLGRP_IPV4_ROUTE)) ||
	       (wanted->routes && inet6 && join(events, RTNLGRP_IPV6_ROUTE)) ||
	       (wanted->rules && inet && join(events, RTNLGRP_IPV4_RULE)) ||
	       (wanted->rules && inet6 && join(events, RTNLGRP_IPV6_RULE));
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct events *events_open(const struct events_wanted *wanted, struct error *error)
{
	struct events *events = memory_get(sizeof *events);
	int size = RECEIVE_BUFFER;
	int descriptor;

	events->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	events->signals = open_signals();
	events->wait = -1;
	if (!events->socket || events->signals < 0 ||
		mnl_socket_bind(events->socket, 0, MNL_SOCKET_AUTOPID) ||
		join_all(events, wanted)) {
		error_set(
			error, STATUS_REFUSED, "cannot listen to the kernel: %s", strerror(errno));
		events_close(events);
		return NULL;
	}
	descriptor = mnl_socket_get_fd(events->socket);
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	return events;
}

void events_close(struct events *events)
{
	if (!events)
		return;
	if (events->socket)
		mnl_socket_close(events->socket);
	if (events->signals >= 0)
		close(events->signals);
	free(events);
}

/*
 * Waits at most `timeout` milliseconds (-1: for ever) for a notification, a signal, or the closing
 * of standard output.
 */
static bool is_over(const struct events *events, int timeout)
{
	struct pollfd ready[] = {
		{.fd = mnl_socket_get_fd(events->socket), .events = POLLIN},
		{.fd = events->signals, .events = POLLIN},
		{.fd = STDOUT_FILENO},
	};

	if (poll(ready, sizeof ready / sizeof *ready, timeout) < 0)
		return errno != EINTR;
	return ready[1].revents || ready[2].revents & (POLLERR | POLLHUP);
}

static ssize_t receive(struct events *events)
{
	ssize_t received;

	do {
		received =
			mnl_socket_recvfrom(events->socket, events->memory, NETLINK_RECEIVE_SIZE);
	} while (received < 0 && errno == EINTR);
	return received;
}

/* The notifications still in the buffer have a gap and are older than the caller's next dump. */
static void throw_away(struct events *events)
{
	while (receive(events) >= 0 || errno == ENOBUFS)
		;
}

void events_wake(struct events *events, int milliseconds)
{
	events->wait = milliseconds;
}

int events_next(struct events *events, void (*each)(const struct nlmsghdr *, void *context),
	void *context, enum event_state *state, struct error *error)
{
	ssize_t received = receive(events);
	struct message_walk walk = {events->memory, received > 0 ? (size_t)received : 0};
	const struct nlmsghdr *part;

	*state = EVENTS_REPORTED;
	if (received >= 0) {
		events->quiet = false;
		while ((part = message_next(&walk)))
			each(part, context);
	} else if (errno == ENOBUFS) {
		events->quiet = false;
		throw_away(events);
		*state = EVENTS_LOST;
	} else if (errno != EAGAIN) {
		return error_set(error, STATUS_REFUSED, "netlink: receive: %s", strerror(errno));
	} else if (!events->quiet) {
		events->quiet = true;
		*state = EVENTS_QUIET;
	} else {
		if (is_over(events, events->wait))
			*state = EVENTS_ENDED;
		if (events->wait >= 0)
			events->quiet = false;
		events->wait = -1;
		return 0;
	}
	if (is_over(events, 0))
		*state = EVENTS_ENDED;
	return 0;
}
