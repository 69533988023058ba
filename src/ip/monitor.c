/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip monitor route rule`: prints the kernel's notifications. */
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <linux/rtnetlink.h>

#include "ip/ip.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/events.h"
#include "output/json.h"

enum { STAMP_MAX = 96 };

struct listening {
	struct ip *ip;
	struct events_wanted wanted;
	bool label; /* write the object before each line */
};

/* Every word must name an object of ours: events of all objects arrive in order on one socket. */
static bool read_words(struct listening *listening, const struct words *words)
{
	for (int i = words->next; i < words->count; i++) {
		const char *word = words->word[i];

		if (!strcmp(word, "label"))
			listening->label = true;
		else if (word_abbreviates(word, "route"))
			listening->wanted.routes = true;
		else if (word_abbreviates(word, "rule"))
			listening->wanted.rules = true;
		else
			return false;
	}
	return listening->wanted.routes || listening->wanted.rules;
}

bool ip_monitor_is_ours(const struct words *words)
{
	struct listening listening = {.ip = NULL};

	return read_words(&listening, words);
}

static void write_time(const struct ip *ip, char stamp[STAMP_MAX])
{
	struct timeval now;
	struct tm parts;
	char text[32];

	*stamp = '\0';
	if (!ip->timestamp && !ip->tshort)
		return;
	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &parts);
	if (ip->tshort) {
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
		snprintf(stamp, STAMP_MAX, "[%s.%06ld] ", text, (long)now.tv_usec);
	} else {
		strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &parts);
		snprintf(stamp, STAMP_MAX, "Timestamp: %s %ld usec\n", text, (long)now.tv_usec);
	}
}

static const struct object *object_of(const struct nlmsghdr *message)
{
	switch (message->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return &route_object;
	case RTM_NEWRULE:
	case RTM_DELRULE:
		return &rule_object;
	default:
		return NULL;
	}
}

/* Exceptions come and go with packets; multicast routes belong to another object. */
static bool is_reported(const struct nlmsghdr *message, const struct object *object)
{
	const struct rtmsg *header = NLMSG_DATA(message);

	if (object != &route_object)
		return true;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof *header))
		return false;
	return !(header->rtm_flags & RTM_F_CLONED) && header->rtm_family < RTNL_FAMILY_IPMR;
}

static void report(const struct nlmsghdr *message, void *context)
{
	struct listening *listening = context;
	struct ip *ip = listening->ip;
	const struct object *object = object_of(message);
	struct view view = ip_view(ip);
	char stamp[STAMP_MAX];
	char prefix[STAMP_MAX + 32];
	struct writer *writer;

	if (!object || !is_reported(message, object))
		return;
	write_time(ip, stamp);
	snprintf(prefix, sizeof prefix, "%s%s%s", stamp,
		!listening->label         ? ""
		: object == &route_object ? "[ROUTE]"
					  : "[RULE]",
		ip_is_delete(message) ? "Deleted " : "");
	writer = ip->session->options.json ? json_lines_writer(&ip->session->out)
	                                   : ip_writer(ip, object, prefix);
	ip_show_message(ip, writer, object, message, &view);
	writer_free(writer);
	arena_reset(&ip->session->arena);
	nexthop_cache_free(&ip->nexthops);
}

static int listen_on(struct listening *listening, struct events *events, struct error *error)
{
	enum event_state state = EVENTS_REPORTED;

	while (state != EVENTS_ENDED) {
		if (events_next(events, report, listening, &state, error))
			return -1;
		if (state == EVENTS_LOST)
			ip_report(listening->ip,
				"netlink receive error No buffer space available (105)\n");
		if (session_flush(listening->ip->session, true))
			break;
	}
	return 0;
}

int ip_monitor(struct ip *ip, struct words *words, struct error *error)
{
	struct listening listening = {.ip = ip, .wanted.family = ip->family};
	struct events *events;
	int status;

	read_words(&listening, words);
	if (session_check_output(ip->session, error) || session_open(ip->session, error))
		return -1;
	events = events_open(&listening.wanted, error);
	if (!events)
		return -1;
	status = listen_on(&listening, events, error);
	events_close(events);
	return status;
}
