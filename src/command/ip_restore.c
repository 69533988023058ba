/*
 * `ip route restore`, `ip rule restore`, `ip route showdump`. Where ip's own restore goes wrong we
 * do not follow: routes are added after those that they lead through, and a rule of preference 0
 * stays one.
 */
#include <errno.h>
#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "command/ip_file.h"
#include "command/ip_route.h"
#include "command/ip_rule.h"
#include "model/route.h"

enum { PASSES = 3 };

/* What a route has that decides when it can be added. */
struct needs {
	bool others; /* it leads through a gateway, or a nexthop object may */
	bool source; /* a preferred source that is not the destination itself */
};

static struct needs read_needs(const struct nlmsghdr *message)
{
	const struct nlattr *source = NULL;
	const struct nlattr *destination = NULL;
	const struct nlattr *attribute;
	struct needs needs = {false, false};

	mnl_attr_for_each(attribute, message, sizeof(struct rtmsg))
	{
		switch (mnl_attr_get_type(attribute)) {
		case RTA_GATEWAY:
		case RTA_VIA:
		case RTA_MULTIPATH:
		case RTA_NH_ID:
			needs.others = true;
			break;
		case RTA_PREFSRC:
			source = attribute;
			break;
		case RTA_DST:
			destination = attribute;
			break;
		default:
			break;
		}
	}
	needs.source = source && !(destination && source->nla_len == destination->nla_len &&
					 !memcmp(mnl_attr_get_payload(source),
						 mnl_attr_get_payload(destination),
						 mnl_attr_get_payload_len(source)));
	return needs;
}

/* Addresses of our own, then networks, then what leads through them. */
static int pass_of(const struct nlmsghdr *message)
{
	struct needs needs = read_needs(message);

	return needs.others ? 2 : needs.source;
}

static int send_one(struct ip *ip, struct nlmsghdr *message, uint16_t flags, struct error *error)
{
	struct answer answer;

	message->nlmsg_flags = NLM_F_CREATE | flags;
	if (netlink_request(ip->session->netlink, message, &answer, NULL, NULL, error))
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

static int restore_routes(struct ip *ip, struct buffer *messages, int pass, struct error *error)
{
	struct nlmsghdr *message = (struct nlmsghdr *)messages->data;
	int rest = (int)messages->length;

	for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest))
		if (message->nlmsg_type == RTM_NEWROUTE && pass_of(message) == pass &&
			send_one(ip, message, 0, error))
			return -1;
	return 0;
}

int ip_route_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_ROUTES, &messages, error);

	(void)verb;
	(void)words;
	for (int pass = 0; !status && pass < PASSES; pass++)
		status = restore_routes(ip, &messages, pass, error);
	buffer_free(&messages);
	return status;
}

/* The kernel does not tell preference 0, and would make up another. */
static int restore_rule(struct ip *ip, const struct nlmsghdr *message, struct error *error)
{
	char *copy = arena_get(&ip->session->arena, message->nlmsg_len + MNL_ATTR_HDRLEN + 8);
	struct nlmsghdr *request = (struct nlmsghdr *)copy;
	const struct nlattr *attribute;
	bool placed = false;

	memcpy(copy, message, message->nlmsg_len);
	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr)) placed |=
		mnl_attr_get_type(attribute) == FRA_PRIORITY;
	if (!placed) {
		request->nlmsg_len = NLMSG_ALIGN(request->nlmsg_len);
		mnl_attr_put_u32(request, FRA_PRIORITY, 0);
	}
	return send_one(ip, request, NLM_F_EXCL, error);
}

int ip_rule_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_RULES, &messages, error);
	const struct nlmsghdr *message = (const struct nlmsghdr *)messages.data;
	int rest = (int)messages.length;

	(void)verb;
	(void)words;
	if (status && error->status == STATUS_NO)
		error->status = STATUS_WORDS;
	for (; !status && mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest))
		if (message->nlmsg_type == RTM_NEWRULE)
			status = restore_rule(ip, message, error);
	buffer_free(&messages);
	return status;
}

int ip_route_showdump(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct buffer messages = {0};
	int status = ip_file_read(IP_FILE_ROUTES, &messages, error);
	const struct nlmsghdr *message = (const struct nlmsghdr *)messages.data;
	int rest = (int)messages.length;
	struct view view = ip_view(ip);
	struct writer *writer;

	(void)verb;
	(void)words;
	if (!status) {
		writer = ip_writer(ip, &route_object, "");
		writer_begin(writer);
		for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest)) {
			ip_show_message(ip, writer, &route_object, message, &view);
			session_flush(ip->session, false);
		}
		writer_end(writer);
		writer_free(writer);
	}
	buffer_free(&messages);
	return status;
}
