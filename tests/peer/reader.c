/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another reader of what the kernel holds: routes and rules through libnl-route-3, as JSON in the
 * keys and numbers of `iproute -N -d -j`. It shares no code with the program. What libnl does not
 * know is left out on both sides: tests/peer/reader.jq.
 *
 *   reader routes|rules 4|6
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <netlink/socket.h>

enum { TEXT_MAX = 128 };

/* What is read, and from where names of devices come. */
struct reading {
	struct nl_cache *links;
	bool more; /* a key stands before */
};

static void key(struct reading *reading, const char *name)
{
	printf("%s\"%s\":", reading->more ? "," : "", name);
	reading->more = true;
}

static void number(struct reading *reading, const char *name, uint32_t value)
{
	key(reading, name);
	printf("%u", value);
}

static void string(struct reading *reading, const char *name, const char *text)
{
	key(reading, name);
	printf("\"%s\"", text);
}

static void flag(struct reading *reading, const char *name)
{
	key(reading, name);
	fputs("true", stdout);
}

static const char *address_text(const struct nl_addr *address, char *text)
{
	if (!address || !nl_addr_get_prefixlen(address))
		return "default";
	return nl_addr2str(address, text, TEXT_MAX);
}

static bool address_given(const struct nl_addr *address)
{
	return address && nl_addr_get_prefixlen(address);
}

static void device(struct reading *reading, const char *name, int index)
{
	char text[TEXT_MAX];

	if (index)
		string(reading, name,
			rtnl_link_i2name(reading->links, index, text, sizeof text) ? text : "?");
}

static void realm(struct reading *reading, uint32_t realms)
{
	char text[TEXT_MAX];

	if (realms >> 16) {
		snprintf(text, sizeof text, "%u/%u", realms >> 16, realms & 0xffff);
		string(reading, "realm", text);
	} else if (realms) {
		number(reading, "realm", realms);
	}
}

/* ---- routes ---- */

static const char *const types[] = {
	[RTN_LOCAL] = "local",
	[RTN_BROADCAST] = "broadcast",
	[RTN_ANYCAST] = "anycast",
	[RTN_MULTICAST] = "multicast",
	[RTN_BLACKHOLE] = "drop",
	[RTN_UNREACHABLE] = "reject",
	[RTN_PROHIBIT] = "prohibit",
	[RTN_THROW] = "throw",
};

static void type(struct reading *reading, uint8_t value)
{
	if (value < sizeof types / sizeof *types && types[value])
		string(reading, "type", types[value]);
	else if (value != RTN_UNICAST)
		number(reading, "type", value);
}

static const struct {
	const char *name;
	int metric;
	uint32_t scale; /* of the kernel's number to milliseconds */
} metrics[] = {
	{"mtu", RTAX_MTU, 1},
	{"window", RTAX_WINDOW, 1},
	{"irtt", RTAX_RTT, 8},
	{"rttvar", RTAX_RTTVAR, 4},
	{"ssthresh", RTAX_SSTHRESH, 1},
	{"cwnd", RTAX_CWND, 1},
	{"advmss", RTAX_ADVMSS, 1},
	{"reordering", RTAX_REORDERING, 1},
	{"hoplimit", RTAX_HOPLIMIT, 1},
	{"initcwnd", RTAX_INITCWND, 1},
	{"rto_min", RTAX_RTO_MIN, 1},
	{"initrwnd", RTAX_INITRWND, 1},
};

static void put_metric(bool locked, uint32_t value, uint32_t scale)
{
	fputs(locked ? "{\"lock\":" : "", stdout);
	if (value % scale)
		printf("\"%gms\"", (double)value / scale);
	else
		printf("%u", value / scale);
	fputs(locked ? "}" : "", stdout);
}

static void put_metrics(struct reading *reading, struct rtnl_route *route)
{
	uint32_t lock = 0;
	uint32_t value;

	rtnl_route_get_metric(route, RTAX_LOCK, &lock);
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
		bool locked = lock >> metrics[i].metric & 1;

		value = 0;
		if (rtnl_route_get_metric(route, metrics[i].metric, &value) && !locked)
			continue;
		key(reading, metrics[i].name);
		put_metric(locked, value, metrics[i].scale);
	}
}

static void via(struct reading *reading, struct rtnl_nexthop *nexthop)
{
	const struct nl_addr *gateway = rtnl_route_nh_get_gateway(nexthop);
	const struct nl_addr *other = rtnl_route_nh_get_via(nexthop);
	char text[TEXT_MAX];

	if (gateway)
		string(reading, "gw", nl_addr2str(gateway, text, sizeof text));
	if (!other)
		return;
	key(reading, "via");
	printf("{\"%s\":\"%s\"}", nl_addr_get_family(other) == AF_INET6 ? "inet6" : "inet",
		nl_addr2str(other, text, sizeof text));
}

static void nexthop_flags(struct reading *reading, unsigned int flags)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} names[] = {
		{"dead", RTNH_F_DEAD},
		{"onlink", RTNH_F_ONLINK},
		{"pervasive", RTNH_F_PERVASIVE},
		{"offload", RTNH_F_OFFLOAD},
		{"linkdown", RTNH_F_LINKDOWN},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & names[i].bit)
			flag(reading, names[i].name);
}

static void put_nexthop(struct reading *reading, struct rtnl_nexthop *nexthop)
{
	via(reading, nexthop);
	realm(reading, rtnl_route_nh_get_realms(nexthop));
	device(reading, "dev", rtnl_route_nh_get_ifindex(nexthop));
	nexthop_flags(reading, rtnl_route_nh_get_flags(nexthop));
}

static void put_nexthops(struct reading *reading, struct rtnl_route *route)
{
	int count = rtnl_route_get_nnexthops(route);

	if (count == 1)
		put_nexthop(reading, rtnl_route_nexthop_n(route, 0));
	if (count < 2)
		return;
	key(reading, "nexthop");
	for (int i = 0; i < count; i++) {
		struct rtnl_nexthop *nexthop = rtnl_route_nexthop_n(route, i);

		fputs(i ? ",{" : "[{", stdout);
		reading->more = false;
		put_nexthop(reading, nexthop);
		number(reading, "weight", rtnl_route_nh_get_weight(nexthop) + 1U);
		fputc('}', stdout);
	}
	fputc(']', stdout);
	reading->more = true;
}

static void put_route(struct nl_object *object, void *context)
{
	struct reading *reading = context;
	struct rtnl_route *route = (struct rtnl_route *)object;
	char text[TEXT_MAX];

	reading->more = false;
	fputc('{', stdout);
	type(reading, rtnl_route_get_type(route));
	string(reading, "dst", address_text(rtnl_route_get_dst(route), text));
	if (address_given(rtnl_route_get_src(route)))
		string(reading, "from", address_text(rtnl_route_get_src(route), text));
	if (rtnl_route_get_tos(route))
		number(reading, "tos", rtnl_route_get_tos(route));
	number(reading, "class", rtnl_route_get_table(route));
	number(reading, "proto", rtnl_route_get_protocol(route));
	number(reading, "scope", rtnl_route_get_scope(route));
	if (rtnl_route_get_pref_src(route))
		string(reading, "src", address_text(rtnl_route_get_pref_src(route), text));
	number(reading, "metric", rtnl_route_get_priority(route));
	put_metrics(reading, route);
	put_nexthops(reading, route);
	puts("}");
}

/* ---- rules ---- */

static void put_mark(struct reading *reading, uint32_t mark, uint32_t mask)
{
	char text[TEXT_MAX];

	if (mask == UINT32_MAX) {
		number(reading, "fwmark", mark);
	} else if (mask || mark) {
		snprintf(text, sizeof text, "%#x/%#x", mark, mask);
		string(reading, "fwmark", text);
	}
}

static void put_ports(struct reading *reading, const char *name, uint16_t first, uint16_t last)
{
	char text[TEXT_MAX];

	if (first == last) {
		number(reading, name, first);
	} else {
		snprintf(text, sizeof text, "%u-%u", first, last);
		string(reading, name, text);
	}
}

static void put_selector(struct reading *reading, struct rtnl_rule *rule)
{
	char text[TEXT_MAX];
	uint16_t first;
	uint16_t last;
	uint8_t protocol;

	if (address_given(rtnl_rule_get_src(rule)))
		string(reading, "from", address_text(rtnl_rule_get_src(rule), text));
	if (address_given(rtnl_rule_get_dst(rule)))
		string(reading, "to", address_text(rtnl_rule_get_dst(rule), text));
	if (rtnl_rule_get_dsfield(rule))
		number(reading, "tos", rtnl_rule_get_dsfield(rule));
	put_mark(reading, rtnl_rule_get_mark(rule), rtnl_rule_get_mask(rule));
	if (rtnl_rule_get_iif(rule))
		string(reading, "dev", rtnl_rule_get_iif(rule));
	if (rtnl_rule_get_oif(rule))
		string(reading, "oif", rtnl_rule_get_oif(rule));
	if (rtnl_rule_get_l3mdev(rule) > 0)
		flag(reading, "l3mdev");
	if (!rtnl_rule_get_ipproto(rule, &protocol))
		number(reading, "ipproto", protocol);
	if (!rtnl_rule_get_sport(rule, &first, &last))
		put_ports(reading, "sport", first, last);
	if (!rtnl_rule_get_dport(rule, &first, &last))
		put_ports(reading, "dport", first, last);
}

static void put_action(struct reading *reading, struct rtnl_rule *rule)
{
	switch (rtnl_rule_get_action(rule)) {
	case FR_ACT_TO_TBL:
		if (rtnl_rule_get_table(rule))
			number(reading, "class", rtnl_rule_get_table(rule));
		break;
	case FR_ACT_GOTO:
		number(reading, "goto", rtnl_rule_get_goto(rule));
		break;
	case FR_ACT_NOP:
		string(reading, "action", "nop");
		break;
	case FR_ACT_BLACKHOLE:
		string(reading, "action", "drop");
		break;
	case FR_ACT_UNREACHABLE:
		string(reading, "action", "reject");
		break;
	case FR_ACT_PROHIBIT:
		string(reading, "action", "prohibit");
		break;
	default:
		string(reading, "action", "another");
	}
}

static void put_rule(struct nl_object *object, void *context)
{
	struct reading *reading = context;
	struct rtnl_rule *rule = (struct rtnl_rule *)object;
	uint8_t protocol;

	reading->more = false;
	fputc('{', stdout);
	number(reading, "pref", rtnl_rule_get_prio(rule));
	put_selector(reading, rule);
	put_action(reading, rule);
	realm(reading, rtnl_rule_get_realms(rule));
	if (!rtnl_rule_get_protocol(rule, &protocol))
		number(reading, "proto", protocol);
	puts("}");
}

/* What libnl cannot read (most encapsulations) is left out: a listing that misses more is found
 * out. */
static int read_message(struct nl_msg *message, void *context)
{
	bool rules = nlmsg_hdr(message)->nlmsg_type == RTM_NEWRULE;

	nl_msg_parse(message, rules ? put_rule : put_route, context);
	return NL_OK;
}

/* A cache would keep one of two routes that it cannot tell apart. */
static int dump(struct nl_sock *socket, bool rules, uint8_t family, struct reading *reading)
{
	struct rtmsg header = {.rtm_family = family}; /* as long as a struct fib_rule_hdr */
	int status;

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, read_message, reading);
	status = nl_send_simple(
		socket, rules ? RTM_GETRULE : RTM_GETROUTE, NLM_F_DUMP, &header, sizeof header);
	return status < 0 ? status : nl_recvmsgs_default(socket);
}

static int fail(const char *what, int number)
{
	fprintf(stderr, "reader: %s: %s\n", what, nl_geterror(number));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	bool rules = argc == 3 && !strcmp(argv[1], "rules");
	struct nl_sock *socket = nl_socket_alloc();
	struct reading reading = {NULL, false};
	int status;

	if (argc != 3 || (!rules && strcmp(argv[1], "routes") != 0)) {
		fputs("usage: reader routes|rules 4|6\n", stderr);
		return EXIT_FAILURE;
	}
	status = nl_connect(socket, NETLINK_ROUTE);
	if (status)
		return fail("no netlink socket", status);
	status = rtnl_link_alloc_cache(socket, AF_UNSPEC, &reading.links);
	if (!status)
		status = dump(socket, rules, strcmp(argv[2], "6") ? AF_INET : AF_INET6, &reading);
	if (status < 0)
		return fail("dump", status);
	nl_cache_free(reading.links);
	nl_socket_free(socket);
	return EXIT_SUCCESS;
}
