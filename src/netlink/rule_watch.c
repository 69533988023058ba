/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket that is subscribed to rules and read only to find out whether a notification came. */
#include "netlink/rule_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/memory.h"

struct rule_watch {
	int descriptor;
};

static int subscribe(int descriptor)
{
	static const int groups[] = {RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE};
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK};

	if (bind(descriptor, (const struct sockaddr *)&address, sizeof address))
		return -1;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			    sizeof groups[i]))
			return -1;
	return 0;
}

struct rule_watch *rule_watch_start(void)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	struct rule_watch *watch;

	if (descriptor < 0)
		return NULL;
	if (subscribe(descriptor)) {
		close(descriptor);
		return NULL;
	}
	watch = memory_get(sizeof *watch);
	watch->descriptor = descriptor;
	return watch;
}

bool rule_watch_changed(const struct rule_watch *watch)
{
	char byte;

	/* An overflow (ENOBUFS) means changes, too. */
	return !watch || recv(watch->descriptor, &byte, sizeof byte, MSG_PEEK) >= 0 ||
	       (errno != EAGAIN && errno != EWOULDBLOCK);
}

void rule_watch_end(struct rule_watch *watch)
{
	if (!watch)
		return;
	close(watch->descriptor);
	free(watch);
}
