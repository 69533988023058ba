/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translates the kernel's errors into the words of the command. */
#include "change/refusal.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <linux/rtnetlink.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "model/nexthop.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/lookup.h"
#include "state/reach.h"

enum { DSCP_EXPEDITED = 46, DSCP_MOST = 63 };

struct advice {
	const char *sentence; /* part of the kernel's sentence; NULL: any */
	int number;           /* an errno; 0: any */
	const char *text;
};

static const char gateway_advice[] =
	"a gateway must be on a network of one of our devices; \"onlink\" with \"dev\" says it is";

static const char ecn_advice[] =
	"the two lowest bits of a TOS belong to ECN: Linux matches them only up to 5.17. A mark of "
	"nftables can select such packets: examples/sixteen-tos";

static const struct advice advice[] = {
	/* The errno of `prohibit` in fib_rules_lookup() and fib_table_lookup(). */
	{NULL, EACCES,
		"a prohibit rule or route refuses the lookup of the gateway; `iproute get "
		"GATEWAY` shows which"},
	{"invalid gateway", 0, gateway_advice},
	{"RTA_VIA", 0, "a route of IPv6 takes an IPv6 gateway"},
	{"prefsrc", 0, "it must be an address of our own"},
	{"source address", 0, "it must be an address of our own"},
	{"Egress device", 0, "add dev DEV: a link-local gateway is on no link in particular"},
	{"not up", 0, "`ip link set DEV up` brings a device up"},
	{NULL, ENETDOWN, "`ip link set DEV up` brings a device up"},
	{NULL, EEXIST,
		"\"replace\" puts it in place of what is there; -ensure takes that for done"},
	{NULL, ENETUNREACH, gateway_advice},
	{NULL, EHOSTUNREACH, gateway_advice},
	{"ECN bits", 0, ecn_advice},
	{"no match found", 0, "\"replace\" also adds what is not there"},
	{NULL, ENODEV, "is the device there, and up?"},
};

static const char *find_advice(const struct answer *answer)
{
	for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
		if (advice[i].number && advice[i].number != answer->number)
			continue;
		if (advice[i].sentence && !strstr(answer->sentence, advice[i].sentence))
			continue;
		return advice[i].text;
	}
	return NULL;
}

/* A destination with host bits: writes the prefix that was probably meant. */
static bool find_meant_prefix(const struct nlmsghdr *message, char text[PREFIX_TEXT_MAX])
{
	struct route route = {0};
	struct arena arena = {0};
	bool found = !fields_decode(&route_object, message, &arena, &route) &&
	             prefix_meant(&route.destination, text);

	arena_free(&arena);
	return found;
}

/* A tos with ECN bits, as in `tos 46` or `tos ef`: a code point was meant. */
static int hint_code_point(const char *word, const struct nlmsghdr *message, struct error *error)
{
	bool expedited = !strcasecmp(word, "ef");
	uint64_t number = DSCP_EXPEDITED;

	if (!expedited && (!decimal_read(word, &number) || number > DSCP_MOST))
		return error_hint(error, "%s", ecn_advice);
	return error_hint(error,
		message->nlmsg_type == RTM_NEWRULE
			? "did you mean dscp %u? tos is hexadecimal, and %s"
			: "a rule matches the code point: addrule dscp %u class CLASS; tos is "
			  "hexadecimal, and %s",
		(unsigned int)number, ecn_advice);
}

int refusal_explain(const struct answer *answer, const struct nlmsghdr *message,
	const struct words *words, const struct origin *origin, struct error *error)
{
	const char *name = strerrorname_np(answer->number);
	const char *text = find_advice(answer);
	char sentence[sizeof answer->sentence];
	char meant[PREFIX_TEXT_MAX];
	size_t length;
	int word = -1;

	if (answer->number == EPERM)
		return error_set(error, STATUS_REFUSED,
			"changing routes and rules needs the capability CAP_NET_ADMIN: run it as "
			"root, "
			"or with sudo");
	snprintf(sentence, sizeof sentence, "%s",
		*answer->sentence ? answer->sentence : strerror(answer->number));
	length = strlen(sentence);
	if (length && sentence[length - 1] == '.')
		sentence[length - 1] = '\0';
	if (origin)
		word = fields_blame(
			origin, message, answer->offset, answer->sentence, answer->number);
	if (words)
		error_at(error, words, word, "kernel: %s (%s)", sentence, name ? name : "?");
	else
		error_set(error, STATUS_REFUSED, "kernel: %s (%s)", sentence, name ? name : "?");
	error->status = STATUS_REFUSED;
	if (find_meant_prefix(message, meant))
		return error_hint(error, "did you mean %s?", meant);
	if (text == ecn_advice && words && word >= 0)
		return hint_code_point(words->word[word], message, error);
	return text ? error_hint(error, "%s", text) : -1;
}

static bool explain_hop(struct netlink *netlink, const struct gateway *gateway,
	const struct device *device, uint8_t family, struct error *error)
{
	bool inet = gateway->given && (gateway->family == AF_INET || gateway->family == AF_INET6);

	return reach_explain(netlink, inet ? gateway->family : family, inet ? gateway->bytes : NULL,
		device->given ? device->index : 0, error);
}

/* Returns true if the kernel has no route to this gateway that has no gateway itself, as
 * fib_check_nh() and ip6_route_check_nh() require. */
static bool is_off_link(struct netlink *netlink, const struct nexthop *hop, struct arena *arena)
{
	const struct gateway *gateway = &hop->gateway;
	struct packet packet = {
		.family = gateway->family,
		.destination = {.given = true, .family = gateway->family},
		.output = hop->device,
		/* Without it, IPv4 takes an address without a route as on the link of `output`. */
		.match.given = true,
	};
	struct lookup lookup;
	struct error ignored;

	if (!gateway->given || hop->onlink.given ||
		(gateway->family != AF_INET && gateway->family != AF_INET6))
		return false;
	memcpy(packet.destination.bytes, gateway->bytes, sizeof packet.destination.bytes);
	if (lookup_ask(netlink, &packet, arena, &lookup, &ignored))
		return false;
	return !lookup.found || lookup.route.gateway.given || lookup.route.nexthops.given;
}

static void mark_leg(const struct nexthops_item *leg, bool gateway, struct error *error)
{
	int word = leg ? origin_value(leg->origin, gateway ? "gw" : "dev") : -1;

	if (word >= 0)
		error->word = word;
}

/* The kernel checks the nexthops in their order and does not report which one it refuses. */
static void explain_nexthops(struct netlink *netlink, const struct route *route,
	const struct nexthops *legs, struct arena *arena, struct error *error)
{
	const struct nexthops_item *leg = legs ? legs->first : NULL;

	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *hop = item->record;

		if (explain_hop(netlink, &hop->gateway, &hop->device, route->family, error) ||
			is_off_link(netlink, hop, arena)) {
			mark_leg(leg, hop->gateway.given, error);
			return;
		}
		leg = leg ? leg->next : NULL;
	}
}

void refusal_explain_gateway(struct netlink *netlink, const struct answer *answer,
	const struct nlmsghdr *message, const struct nexthops *legs, struct error *error)
{
	struct route route = {0};
	struct arena arena = {0};

	if (answer->number != ENETDOWN && find_advice(answer) != gateway_advice)
		return;
	fields_decode(&route_object, message, &arena, &route);
	if (!explain_hop(netlink, &route.gateway, &route.device, route.family, error))
		explain_nexthops(netlink, &route, legs, &arena, error);
	arena_free(&arena);
}

int refusal_unreadable(const struct rule *rule, struct error *error)
{
	error_set(error, STATUS_REFUSED,
		"the nftables part of the rule with pref %u could not be read, and a change would "
		"lose it",
		rule->preference.value);
	return error_hint(error, "try again, as root");
}

bool refusal_may_come(const struct answer *answer)
{
	return answer->number == ENETDOWN || answer->number == ENETUNREACH ||
	       answer->number == ENODEV || answer->number == EHOSTUNREACH;
}
