/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `ip route restore`, `ip rule restore`, `ip route showdump`. Does not repeat errors of ip's
 * restore: adds routes after those that they need, and keeps preference 0.
 */
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "ip/file.h"
#include "ip/route.h"
#include "ip/rule.h"
#include "model/route.h"
#include "netlink/message.h"

enum { PASSES = 3 };

/* Local addresses first, then networks, then routes with a gateway, or with a nexthop object that
 * may have one. */
static int pass_of(const struct route *route)
{
	const struct prefix *destination = &route->destination;
	const struct address *source = &route->source;

	if (route->gateway.given || route->nexthops.given || route->nexthop_id.given)
		return 2;
	return source->given && memcmp(source->bytes, destination->bytes, sizeof source->bytes);
}

/* The message that was read stays unchanged; the copy may get a preference. */
static struct nlmsghdr *copy_message(struct ip *ip, const struct nlmsghdr *message)
{
	struct nlmsghdr *copy =
		arena_get(&ip->session->arena, (size_t)message->nlmsg_len + MESSAGE_PLACE_ROOM);

	return memcpy(copy, message, message->nlmsg_len);
}

static int send_one(struct ip *ip, struct nlmsghdr *copy, uint16_t flags, struct error *error)
{
	struct answer answer;

	copy->nlmsg_flags = NLM_F_CREATE | flags;
	if (netlink_request(ip->session->netlink, copy, &answer, NULL, NULL, error))
		return -1;
	if (!answer.number)
		return 0;
	ip_refuse_kernel(&answer, error);
	if (answer.number != EEXIST)
		return -1;
	if (!(flags & NLM_F_EXCL))
		ip->session->report(error);
	return 0;
}

static int restore_routes(
	struct ip *ip, const struct buffer *messages, int pass, struct error *error)
{
	struct message_walk walk = {messages->data, messages->length};
	const struct nlmsghdr *message;
	struct arena *arena = &ip->session->arena;
	int status = 0;

	while (!status && (message = message_next(&walk))) {
		struct route route = {0};

		if (message->nlmsg_type == RTM_NEWROUTE &&
			!fields_decode(&route_object, message, arena, &route) &&
			pass_of(&route) == pass)
			status = send_one(ip, copy_message(ip, message), 0, error);
		arena_reset(arena);
	}
	return status;
}

int ip_route_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_ROUTES, &messages, error);

	(void)verb;
	(void)words;
	if (!status)
		status = ip_lock(ip, error);
	for (int pass = 0; !status && pass < PASSES; pass++)
		status = restore_routes(ip, &messages, pass, error);
	buffer_free(&messages);
	return status;
}

static int restore_rule(struct ip *ip, const struct nlmsghdr *message, struct error *error)
{
	struct nlmsghdr *request = copy_message(ip, message);

	message_name_preference(request);
	return send_one(ip, request, NLM_F_EXCL, error);
}

int ip_rule_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_RULES, &messages, error);
	struct message_walk walk = {messages.data, messages.length};
	const struct nlmsghdr *message;

	(void)verb;
	(void)words;
	if (status && error->status == STATUS_NO)
		error->status = STATUS_WORDS;
	if (!status)
		status = ip_lock(ip, error);
	while (!status && (message = message_next(&walk))) {
		if (message->nlmsg_type == RTM_NEWRULE)
			status = restore_rule(ip, message, error);
		arena_reset(&ip->session->arena);
	}
	buffer_free(&messages);
	return status;
}

int ip_route_showdump(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_ROUTES, &messages, error);
	struct message_walk walk = {messages.data, messages.length};
	const struct nlmsghdr *message;
	struct view view = ip_view(ip);
	struct writer *writer;

	(void)verb;
	(void)words;
	if (!status) {
		writer = ip_writer(ip, &route_object, "");
		writer_begin(writer);
		while ((message = message_next(&walk)) && !session_flush(ip->session, false))
			ip_show_message(ip, writer, &route_object, message, &view);
		writer_end(writer);
		writer_free(writer);
	}
	buffer_free(&messages);
	return status;
}
