/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the kernel's answer with a trace. */
#include "lookup/agreement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/in_route.h>
#include <linux/rtnetlink.h>

struct comparison {
	const struct trace *trace;
	const struct packet *packet;
	const struct lookup *answer, *match;
	char *text;
};

/* For packets that come in, kernel versions drop with different errnos. */
static bool is_drop(enum drop_cause cause)
{
	return cause >= CAUSE_MARTIAN_SOURCE && cause != CAUSE_NOT_FORWARDING;
}

static bool compare_refusal(const struct comparison *comparison)
{
	const struct outcome *outcome = &comparison->trace->outcome;
	int number = comparison->answer->answer.number;
	int expected = outcome->number;

	/* RTM_GETROUTE ignores `forwarding` of IPv6. */
	if (comparison->packet->family == AF_INET6 && outcome->cause == CAUSE_NOT_FORWARDING)
		expected = 0;
	if (expected == number)
		return true;
	if (is_drop(outcome->cause) && (number == EINVAL || number == EXDEV))
		return true;
	snprintf(comparison->text, DISAGREEMENT_MAX, "model: %s, kernel: %s",
		expected ? strerrorname_np(expected) : "routed",
		number ? strerrorname_np(number) : "routed");
	return false;
}

static bool same_gateway(const struct gateway *a, const struct gateway *b)
{
	return a->given == b->given &&
	       (!a->given || (a->family == b->family &&
				     !memcmp(a->bytes, b->bytes, address_size(a->family))));
}

/*
 * The kernel keeps one cached route for each nexthop object (rt6_get_pcpu_route()) and returns the
 * class, the prefix and the source of the route that used the object first.
 */
static bool may_show_other_route(const struct comparison *comparison)
{
	const struct route *node = comparison->trace->outcome.node;

	return node && node->family == AF_INET6 && node->nexthop_id.given;
}

static bool has_gateway(const struct outcome *outcome, const struct gateway *gateway)
{
	for (size_t i = 0; i < outcome->hop_count; i++)
		if (same_gateway(&outcome->hops[i].gateway, gateway))
			return true;
	return false;
}

/* IPv4 sets a flag for redirects (rt_bind_exception()). IPv6 only says that the route is cached;
 * cached routes for a path MTU keep the gateway. */
const struct gateway *lookup_redirect(const struct lookup *answer, const struct trace *trace)
{
	const struct route *route = &answer->route;
	bool redirected = route->family == AF_INET6 || route->cached.value & RTCF_REDIRECTED;

	return !answer->answer.number && answer->found && route->cached.given && redirected &&
	                       route->gateway.given &&
	                       !has_gateway(&trace->outcome, &route->gateway)
	               ? &route->gateway
	               : NULL;
}

/* Returns true if the kernel's answer has one of the model's hops. */
static bool compare_hop(const struct comparison *comparison)
{
	const struct outcome *outcome = &comparison->trace->outcome;
	const struct route *route = &comparison->answer->route;
	bool asks_source = !comparison->packet->source.given && !comparison->packet->input.given &&
	                   !may_show_other_route(comparison);
	bool redirected = lookup_redirect(comparison->answer, comparison->trace) != NULL;
	const char *what = "no hop";

	for (size_t i = 0; i < outcome->hop_count; i++) {
		const struct hop *hop = &outcome->hops[i];

		what = "device or gateway";
		if (hop->device != route->device.index ||
			(!redirected && !same_gateway(&hop->gateway, &route->gateway)))
			continue;
		what = "source";
		if (!asks_source ||
			(hop->source.given == route->source.given &&
				(!hop->source.given ||
					!memcmp(hop->source.bytes, route->source.bytes, 16))))
			return true;
	}
	snprintf(comparison->text, DISAGREEMENT_MAX, "%s differs", what);
	return false;
}

static bool compare_match(const struct comparison *comparison)
{
	const struct route *node = comparison->trace->outcome.node;
	const struct route *match = comparison->match ? &comparison->match->route : NULL;

	if (!node || !match || comparison->match->answer.number || !comparison->match->found)
		return true;
	if (node->destination.length == match->destination.length &&
		bits_agree(node->destination.bytes, match->destination.bytes,
			node->destination.length) &&
		(comparison->trace->outcome.hop_count > 1 ||
			(node->metric.value == match->metric.value &&
				node->tos.value == match->tos.value &&
				node->from.length == match->from.length)))
		return true;
	snprintf(comparison->text, DISAGREEMENT_MAX,
		"prefix: model /%u metric %u, kernel /%u metric %u", node->destination.length,
		node->metric.value, match->destination.length, match->metric.value);
	return false;
}

/*
 * IPv4 routes with the same nexthop share its cached route (fib_find_info()), and with it the type.
 * So a unicast packet may get the type of a multicast packet that came before, or the reverse.
 */
static bool shares_type(const struct comparison *comparison, uint8_t type)
{
	const struct outcome *outcome = &comparison->trace->outcome;

	return comparison->packet->family == AF_INET && outcome->node &&
	       ((type == RTN_MULTICAST && outcome->type == RTN_UNICAST) ||
		       (type == RTN_UNICAST && outcome->type == RTN_MULTICAST));
}

/* Until a rule is added, IPv4 keeps local and main in one trie and reports it as main
 * (fib_trie_unmerge()). */
static bool same_class(const struct comparison *comparison, uint32_t answered)
{
	uint32_t class = comparison->trace->outcome.class;

	return class == answered || (comparison->packet->family == AF_INET &&
					    class == CLASS_LOCAL && answered == CLASS_MAIN);
}

static bool compare(const struct comparison *comparison)
{
	const struct outcome *outcome = &comparison->trace->outcome;
	const struct route *route = &comparison->answer->route;
	uint8_t type = route->type.value ? route->type.value : RTN_UNICAST;

	if (!compare_refusal(comparison))
		return false;
	if (comparison->answer->answer.number)
		return true;
	if (may_show_other_route(comparison))
		return compare_hop(comparison);
	if (!same_class(comparison, route->class.value)) {
		snprintf(comparison->text, DISAGREEMENT_MAX, "class: model %u, kernel %u",
			outcome->class, route->class.value);
		return false;
	}
	if (outcome->type != type && !shares_type(comparison, type)) {
		snprintf(comparison->text, DISAGREEMENT_MAX, "type: model %u, kernel %u",
			outcome->type, type);
		return false;
	}
	return compare_hop(comparison) && compare_match(comparison);
}

/* If the kernel has cached a multicast route for the nexthop object, it asks multicast routing,
 * which fails with EMSGSIZE. */
static bool cached_multicast(const struct comparison *comparison)
{
	return comparison->answer->answer.number == EMSGSIZE && may_show_other_route(comparison);
}

bool trace_agrees(const struct trace *trace, const struct packet *packet,
	const struct lookup *answer, const struct lookup *match, char text[DISAGREEMENT_MAX])
{
	const struct comparison comparison = {trace, packet, answer, match, text};

	return trace->ambiguous || cached_multicast(&comparison) || compare(&comparison);
}
