/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searches one attribute at a time, which is faster than decoding a whole record for one number. */
#include "netlink/message.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/hash_table.h"
#include "model/route.h"

enum { IPV6_METRIC = 1024 }; /* of routes without a metric, or with 0 (IP6_RT_PRIO_USER) */

/*
 * Returns true for a message about a rule (RTM_NEWRULE, RTM_DELRULE), false for one about a route.
 */
static bool message_is_rule(const struct nlmsghdr *message)
{
	return message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE;
}

/*
 * Returns the value of the first 32-bit attribute of this type after the family header; `absent` if
 * there is none.
 */
static uint32_t find_number(
	const struct nlmsghdr *message, size_t header, uint16_t type, uint32_t absent)
{
	enum { LENGTH = sizeof(struct nlattr) + sizeof(uint32_t) };
	const char *at = (const char *)message + NLMSG_HDRLEN + NLMSG_ALIGN(header);
	const char *end = (const char *)message + message->nlmsg_len;

	while (end - at >= LENGTH) {
		const struct nlattr *attribute = (const struct nlattr *)at;

		if (attribute->nla_type == type && attribute->nla_len >= LENGTH)
			return *(const uint32_t *)(attribute + 1);
		if (attribute->nla_len < sizeof *attribute)
			break;
		at += NLMSG_ALIGN(attribute->nla_len);
	}
	return absent;
}

uint32_t message_class(const struct nlmsghdr *message)
{
	const struct fib_rule_hdr *rule = mnl_nlmsg_get_payload(message);
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);

	if (message_is_rule(message))
		return find_number(message, sizeof *rule, FRA_TABLE, rule->table);
	return find_number(message, sizeof *route, RTA_TABLE, route->rtm_table);
}

uint32_t message_preference(const struct nlmsghdr *message)
{
	return find_number(message, sizeof(struct fib_rule_hdr), FRA_PRIORITY, 0);
}

uint8_t message_family(const struct nlmsghdr *message)
{
	return *(const uint8_t *)mnl_nlmsg_get_payload(message);
}

void message_open_type(struct nlmsghdr *message)
{
	struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	if (message->nlmsg_type != RTM_DELROUTE || header->rtm_type != RTN_BLACKHOLE)
		return;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == RTA_NH_ID)
			header->rtm_type = RTN_UNSPEC;
	}
}

/* ---- keys ---- */

struct route_key {
	uint8_t family, length, source_length, tos;
	uint32_t class, metric;
	uint64_t destination[2], source[2];
};

static void take_bytes(uint64_t bytes[2], const struct nlattr *attribute)
{
	size_t length = mnl_attr_get_payload_len(attribute);

	memcpy(bytes, mnl_attr_get_payload(attribute), length > 16 ? 16 : length);
}

static void take_number(uint32_t *number, const struct nlattr *attribute)
{
	if (mnl_attr_get_payload_len(attribute) >= sizeof *number)
		*number = mnl_attr_get_u32(attribute);
}

static void key_route(const struct nlmsghdr *message, struct route_key *key)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	key->family = header->rtm_family;
	key->length = header->rtm_dst_len;
	key->source_length = header->rtm_src_len;
	key->tos = header->rtm_family == AF_INET6 ? 0 : header->rtm_tos;
	key->class = header->rtm_table;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		switch (mnl_attr_get_type(attribute)) {
		case RTA_DST:
			take_bytes(key->destination, attribute);
			break;
		case RTA_SRC:
			take_bytes(key->source, attribute);
			break;
		case RTA_TABLE:
			take_number(&key->class, attribute);
			break;
		case RTA_PRIORITY:
			take_number(&key->metric, attribute);
			break;
		default:
			break;
		}
	}
	if (header->rtm_family == AF_INET6 && !key->metric)
		key->metric = IPV6_METRIC;
}

void message_key(const struct nlmsghdr *message, struct message_key *key)
{
	struct route_key route = {0};

	if (message_is_rule(message)) {
		key->near[0] =
			(uint64_t)message_family(message) << 32 | message_preference(message);
		return;
	}
	key_route(message, &route);
	key->near[0] = (uint64_t)route.family << 56 | (uint64_t)route.length << 48 | route.class;
	memcpy(&key->near[1], route.destination, sizeof route.destination);
	key->metric = route.metric;
	key->rest[0] = (uint64_t)route.source_length << 8 | route.tos;
	memcpy(&key->rest[1], route.source, sizeof route.source);
}

uint64_t message_prefix(const struct nlmsghdr *message)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	uint32_t class = header->rtm_table;
	uint32_t destination = 0;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == RTA_DST)
			destination = ntohl(mnl_attr_get_u32(attribute));
		else if (mnl_attr_get_type(attribute) == RTA_TABLE)
			class = mnl_attr_get_u32(attribute);
	}
	return (uint64_t) class << 32 | destination;
}

uint64_t message_attributes(const struct nlmsghdr *message)
{
	uint64_t types = 0;
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr))
	{
		types |= 1ULL << (mnl_attr_get_type(attribute) & 63);
	}
	return types;
}

uint64_t message_hash_attributes(const struct nlmsghdr *message, uint64_t types)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	uint64_t hash = (uint64_t)header->dst_len << 24 | (uint64_t)header->src_len << 16 |
	                (uint64_t)header->tos << 8 | (header->flags & FIB_RULE_INVERT);
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type < 64 && types >> type & 1)
			hash = hash_words(hash, attribute, attribute->nla_len);
	}
	return hash;
}

uint32_t message_hash_attribute(const struct nlmsghdr *message, uint16_t type)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	uint64_t hash = type;
	const struct nlattr *attribute;

	if (type == FRA_SRC || type == FRA_DST)
		hash |= (uint64_t)(type == FRA_SRC ? header->src_len : header->dst_len) << 16;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == type)
			return (uint32_t)(hash_words(hash, attribute, attribute->nla_len) >> 32) |
			       1;
	}
	return 0;
}

/* ---- edits ---- */

void message_return(struct nlmsghdr *message, uint16_t type, uint16_t flags)
{
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_pid = 0;
}

static void replace_number(
	struct nlmsghdr *message, size_t header, uint16_t type, uint32_t from, uint32_t to)
{
	struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, header)
	{
		if (mnl_attr_get_type(attribute) == type && mnl_attr_get_u32(attribute) == from)
			*(uint32_t *)mnl_attr_get_payload(attribute) = to;
	}
}

void message_move_class(struct nlmsghdr *message, uint32_t from, uint32_t to)
{
	if (message_is_rule(message)) {
		replace_number(message, sizeof(struct fib_rule_hdr), FRA_TABLE, from, to);
		return;
	}
	replace_number(message, sizeof(struct rtmsg), RTA_TABLE, from, to);
	replace_number(message, sizeof(struct rtmsg), RTA_PRIORITY, from, to);
	replace_number(message, sizeof(struct rtmsg), RTA_PRIORITY, from + MARKER_METRIC,
		to + MARKER_METRIC);
}

static bool leads_somewhere(uint16_t type)
{
	switch (type) {
	case RTA_GATEWAY:
	case RTA_VIA:
	case RTA_OIF:
	case RTA_MULTIPATH:
	case RTA_ENCAP:
	case RTA_ENCAP_TYPE:
		return true;
	default:
		return false;
	}
}

void message_use_object(struct nlmsghdr *message, uint32_t object)
{
	const char *end = mnl_nlmsg_get_payload_tail(message);
	struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct rtmsg));

	message->nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
	while ((const char *)attribute < end) {
		struct nlattr *next = mnl_attr_next(attribute);
		size_t size = (size_t)((char *)next - (char *)attribute);

		if (!leads_somewhere(mnl_attr_get_type(attribute))) {
			memmove(mnl_nlmsg_get_payload_tail(message), attribute, size);
			message->nlmsg_len += (uint32_t)size;
		}
		attribute = next;
	}
	mnl_attr_put_u32(message, RTA_NH_ID, object);
}

void message_name_realm(struct nlmsghdr *message)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	if (message->nlmsg_type != RTM_NEWRULE || header->family != AF_INET)
		return;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == FRA_FLOW)
			return;
	}
	mnl_attr_put_u32(message, FRA_FLOW, 0);
}

void message_name_preference(struct nlmsghdr *message)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr))
	{
		if (mnl_attr_get_type(attribute) == FRA_PRIORITY)
			return;
	}
	message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len);
	mnl_attr_put_u32(message, FRA_PRIORITY, 0);
}

/* libmnl takes lengths as signed numbers, but a file may contain any value. */
const struct nlmsghdr *message_next(struct message_walk *walk)
{
	const struct nlmsghdr *message = walk->at;
	size_t size;

	if (walk->length < sizeof *message || message->nlmsg_len < sizeof *message ||
		message->nlmsg_len > walk->length)
		return NULL;
	size = NLMSG_ALIGN((size_t)message->nlmsg_len);
	walk->at = (const char *)walk->at + size;
	walk->length = size < walk->length ? walk->length - size : 0;
	return message;
}

size_t attribute_string(const struct nlattr *attribute, char *text, size_t size)
{
	size_t length =
		strnlen(mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute));

	if (length >= size)
		length = size - 1;
	memcpy(text, mnl_attr_get_payload(attribute), length);
	text[length] = '\0';
	return length;
}

uint32_t attribute_number(const struct nlattr *attribute)
{
	if (mnl_attr_get_payload_len(attribute) < sizeof(uint32_t))
		return 0;
	return mnl_attr_get_u32(attribute);
}
