/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of random policies, over few values, so that rules, routes and packets match often. */
#include "policy.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ipv4_bytes(struct random *random, uint8_t bytes[16])
{
	bytes[0] = (uint8_t)PICK(random, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
		10, 11, 192, 127, 0, 224, 239, 255);
	bytes[1] = (uint8_t)PICK(random, 0, 1, 2, 3, 4, 5, 255);
	bytes[2] = (uint8_t)PICK(random, 0, 0, 0, 1, 128, 255);
	bytes[3] = (uint8_t)PICK(random, 0, 1, 1, 2, 2, 3, 9, 129, 255);
	if (bytes[0] == 255)
		memset(bytes, 255, 4);
	if (bytes[0] == 0 && random_chance(random, 50))
		memset(bytes, 0, 4);
}

static void ipv6_bytes(struct random *random, uint8_t bytes[16])
{
	static const char *const heads[] = {"2001:db8::", "2001:db8::", "2001:db8::", "2001:db8::",
		"2001:db8::", "2001:db8::", "2001:db8::", "2001:db8::", "fc00::", "2002:a00::",
		"fe80::", "::", "ff02::", "ff0e::", "fec0::"};

	inet_pton(AF_INET6, heads[random_below(random, sizeof heads / sizeof *heads)], bytes);
	bytes[5] = (uint8_t)PICK(random, 0, 1, 2, 3, 4, 5);
	bytes[6] = (uint8_t)PICK(random, 0, 0, 0x80);
	bytes[15] = (uint8_t)PICK(random, 1, 1, 2, 2, 3, 9);
	if (!bytes[0]) {
		memset(bytes, 0, 15);
		bytes[15] = 1;
	}
}

void random_address(struct random *random, int family, unsigned length, char text[64])
{
	uint8_t bytes[16] = {0};

	if (family == AF_INET)
		ipv4_bytes(random, bytes);
	else
		ipv6_bytes(random, bytes);
	for (unsigned i = length; i < 128; i++)
		bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	inet_ntop(family, bytes, text, 64);
}

void random_prefix(struct random *random, int family, char text[64])
{
	unsigned length = family == AF_INET ? PICK(random, 0, 1, 8, 8, 9, 13, 15, 16, 16, 16, 17,
						      24, 24, 25, 30, 31, 32, 32, 32)
	                                    : PICK(random, 0, 3, 7, 10, 16, 32, 32, 44, 48, 48, 48,
						      49, 64, 64, 127, 128, 128);

	random_address(random, family, length, text);
	snprintf(text + strlen(text), 8, "/%u", length);
}

static const unsigned toses[] = {0x04, 0x08, 0x10, 0x10, 0x14, 0x1c, 0x20, 0x30, 0xfc};
/* IPv4 rules match only the first of these. */
enum { SEEN_BY_RULES = 6 };

static void add_ports(struct random *random, const char *word, struct buffer *line)
{
	unsigned first = PICK(random, 1, 80, 1000, 1024);

	switch (random_below(random, 3)) {
	case 0:
		buffer_format(line, " %s %u", word, first);
		break;
	case 1:
		buffer_format(
			line, " %s %u-%u", word, first, first + random_below(random, 1000) + 1);
		break;
	default:
		buffer_format(line, " %s %#x/0xff0", word, first & 0xff0);
	}
}

static void add_device(struct random *random, const char *word, struct buffer *line)
{
	unsigned number = random_below(random, POLICY_DEVICES + 2);

	if (number == POLICY_DEVICES)
		buffer_format(line, " %s lo", word);
	else
		/* The last does not exist. */
		buffer_format(line, " %s v%u", word, number);
}

static void add_addresses(struct random *random, int family, struct buffer *line)
{
	char text[64];

	if (random_chance(random, 45)) {
		random_prefix(random, family, text);
		buffer_format(line, " from %s", text);
	}
	if (random_chance(random, 45)) {
		random_prefix(random, family, text);
		buffer_format(line, " to %s", text);
	}
}

static void add_masked(const char *word, unsigned value, unsigned mask, struct buffer *line)
{
	buffer_format(line, " %s %#x/%#x", word, value & mask, mask);
}

static void add_rare(struct random *random, int family, struct buffer *line)
{
	switch (random_below(random, 40)) {
	case 0:
	case 1:
		buffer_format(line, " uidrange %u-%u", PICK(random, 0, 0, 1000),
			PICK(random, 1000, 1001, 2000));
		break;
	case 2:
	case 3:
	case 4:
		buffer_format(line, " ipproto %s", random_chance(random, 50) ? "udp" : "tcp");
		break;
	case 5:
	case 6:
		add_ports(random, "sport", line);
		break;
	case 7:
	case 8:
		add_ports(random, "dport", line);
		break;
	case 9:
		buffer_format(line, " tun_id %u", 1 + random_below(random, 3));
		break;
	case 10:
		if (family == AF_INET6)
			add_masked("flowlabel", PICK(random, 0x10, 0x11, 0x12345),
				PICK(random, 0xfffff, 0xff, 0x1), line);
		break;
	default:
		break;
	}
}

static void add_selector(struct random *random, int family, struct buffer *line)
{
	if (random_chance(random, 12))
		buffer_string(line, " not");
	add_addresses(random, family, line);
	if (random_chance(random, 12))
		buffer_format(line, " tos %#x",
			toses[random_below(random, family == AF_INET ? SEEN_BY_RULES : 9)]);
	else if (random_chance(random, 8))
		add_masked("dscp", random_below(random, 16), PICK(random, 0x3f, 0x0f, 0x1, 0x3c),
			line);
	if (random_chance(random, 15))
		add_masked(
			"fwmark", random_below(random, 4), PICK(random, 0xffffffff, 1, 2, 3), line);
	if (random_chance(random, 20))
		add_device(random, "iif", line);
	if (random_chance(random, 10))
		add_device(random, "oif", line);
	add_rare(random, family, line);
}

void random_rule(
	struct random *random, int family, unsigned number, unsigned count, struct buffer *line)
{
	unsigned kind = random_below(random, 100);

	buffer_format(line, "addrule pref %u", 100 + number * 10);
	add_selector(random, family, line);
	if (family == AF_INET6 && !strstr(buffer_text(line), ":"))
		buffer_string(line, " from ::/0");
	if (kind < 7)
		buffer_format(line, " goto %u",
			100 + (number + 1 + random_below(random, count < 10 ? count : 10)) * 10);
	else if (kind < 9)
		buffer_string(line, " nop");
	else if (kind < 10)
		buffer_string(line, " reject");
	else if (kind < 11)
		buffer_string(line, " prohibit");
	else if (kind < 12)
		buffer_string(line, " drop");
	else
		buffer_format(line, " class %u", POLICY_CLASS + number);
	if (kind > 11 && random_chance(random, 12))
		buffer_format(line, " suppress_prefixlength %u", PICK(random, 0, 8, 16, 32));
	if (kind > 11 && random_chance(random, 8))
		buffer_format(line, " suppress_ifgroup %u", random_below(random, 3));
	if (kind > 11 && family == AF_INET && random_chance(random, 3))
		buffer_string(line, " realm 5");
}

/* A router on the network of device `device`, as the world addresses it. */
static void add_router(struct random *random, int family, unsigned device, struct buffer *line)
{
	if (family == AF_INET)
		buffer_format(
			line, " via 10.%u.0.%u dev v%u", device, PICK(random, 2, 3, 9), device);
	else
		buffer_format(line, " via 2001:db8:%u::%u dev v%u", device, PICK(random, 2, 3, 9),
			device);
}

static void add_source(struct random *random, int family, struct buffer *line)
{
	unsigned device = random_below(random, POLICY_DEVICES);

	if (random_chance(random, 85))
		return;
	if (family == AF_INET)
		buffer_format(line, " src 10.%u.0.1", device);
	else
		buffer_format(line, " src 2001:db8:%u::1", device);
}

/*
 * The kernel merges IPv6 routes by gateways if destination and metric are the same, and then
 * reports `src` and `pref` of the first only. So only routes without a gateway get these.
 */
static void add_way(struct random *random, int family, struct buffer *line)
{
	unsigned device = random_below(random, POLICY_DEVICES);

	if (random_chance(random, 70)) {
		add_router(random, family, device, line);
		if (family == AF_INET)
			add_source(random, family, line);
		return;
	}
	buffer_format(line, " dev v%u", device);
	add_source(random, family, line);
	if (family == AF_INET6 && random_chance(random, 40))
		buffer_format(line, " pref %s",
			(const char *const[]){"low", "medium", "high"}[random_below(random, 3)]);
}

static void add_multipath(struct random *random, int family, struct buffer *line)
{
	unsigned count = 2 + random_below(random, 3);

	for (unsigned i = 0; i < count; i++) {
		buffer_string(line, " nexthop");
		add_router(random, family, random_below(random, POLICY_DEVICES), line);
		if (random_chance(random, 40))
			buffer_format(line, " weight %u", 1 + random_below(random, 5));
	}
}

static unsigned first_nexthop(int family)
{
	return family == AF_INET ? 1 : 101;
}

static void add_leading(struct random *random, int family, struct buffer *line)
{
	unsigned kind = random_below(random, 100);

	if (kind < 70)
		add_way(random, family, line);
	else if (kind < 82)
		add_multipath(random, family, line);
	else
		buffer_format(line, " nhid %u",
			first_nexthop(family) + random_below(random, POLICY_NEXTHOPS));
	if (kind >= 70 && family == AF_INET)
		add_source(random, family, line);
}

static const char *random_type(struct random *random)
{
	static const char *const types[] = {"reject", "prohibit", "drop", "throw", "throw"};

	return types[random_below(random, 5)];
}

/*
 * The kernel's dump omits IPv6 routes between the nexthops of a merged route (fib6_dump_node()
 * jumps to the last of them). So other routes get other metrics.
 */
static void add_metric(struct random *random, int family, unsigned kind, struct buffer *line)
{
	bool joins = strstr(buffer_text(line), " via ") != NULL;
	unsigned shift = strstr(buffer_text(line), " nhid ") ? 2 : kind < 20 ? 3 : 1;

	if (family == AF_INET6 && !joins)
		buffer_format(line, " metric %u", PICK(random, 2, 2, 2, 6) + 10 * shift);
	else if (random_chance(random, 30))
		buffer_format(line, " metric %u", PICK(random, 1, 5, 5, 100, 1024));
}

static long first_byte(const char *text)
{
	return strtol(text, NULL, 10);
}

/* Routes with the same prefix and metric that differ in router preference and device only. */
static void random_rival(struct random *random, unsigned rules, struct buffer *line)
{
	static const char *const preferences[] = {"low", "medium", "high"};

	buffer_format(line, "append %s dev v%u pref %s metric 12 class %u",
		random_chance(random, 50) ? "::/0" : "2001:db8::/32",
		random_below(random, POLICY_DEVICES), preferences[random_below(random, 3)],
		POLICY_CLASS + random_below(random, rules < 4 ? rules : 4));
}

void random_route(struct random *random, int family, unsigned rules, struct buffer *line)
{
	char text[64];
	unsigned kind = random_below(random, 100);
	unsigned class = random_chance(random, 85) ? POLICY_CLASS + random_below(random, rules)
	                                           : PICK(random, 254, 254, 254, 253, 255);

	if (family == AF_INET6 && random_chance(random, 8)) {
		random_rival(random, rules, line);
		return;
	}
	buffer_string(line, "append ");
	/* A gateway that is a local address when its route is added is not used as a gateway, and
	 * dumps do not show that. So nothing in 10.0.0.0/8, where the routers are, is local. */
	do
		random_prefix(random, family, text);
	while (kind >= 22 && kind < 25 && family == AF_INET && first_byte(text) < 11);
	if (kind < 20)
		buffer_format(line, "%s ", random_type(random));
	else if (kind < 22 && family == AF_INET)
		buffer_string(line, "broadcast ");
	else if (kind < 25 && family == AF_INET)
		buffer_string(line, "local ");
	buffer_string(line, text);
	if (family == AF_INET6 && random_chance(random, 20)) {
		random_prefix(random, family, text);
		buffer_format(line, " from %s", text);
	}
	if (kind >= 25)
		add_leading(random, family, line);
	else if (kind >= 20)
		buffer_format(line, " dev v%u", random_below(random, POLICY_DEVICES));
	if (family == AF_INET && random_chance(random, 15))
		buffer_format(line, " tos %#x", toses[random_below(random, 9)]);
	add_metric(random, family, kind, line);
	buffer_format(line, " class %u", class);
}

void random_nexthop(struct random *random, int family, unsigned number, struct buffer *line)
{
	unsigned device = random_below(random, POLICY_DEVICES);
	unsigned first = first_nexthop(family);

	buffer_format(line, "nexthop add id %u", first + number);
	if (number < POLICY_NEXTHOPS - 5)
		add_router(random, family, device, line);
	else if (number == POLICY_NEXTHOPS - 5)
		buffer_string(line, " blackhole");
	else
		buffer_format(line, " group %u,%u/%u,%u", first + random_below(random, 3),
			1 + random_below(random, 9), first + 3 + random_below(random, 4),
			1 + random_below(random, 9));
}

static void add_packet_words(struct random *random, int family, struct buffer *line)
{
	if (random_chance(random, 40))
		buffer_format(line, " tos %#x",
			random_chance(random, 30) ? random_below(random, 64) << 2
						  : toses[random_below(random, 9)]);
	if (random_chance(random, 40))
		buffer_format(line, " mark %u", random_below(random, 5));
	if (random_chance(random, 50)) {
		buffer_format(line, " ipproto %s", random_chance(random, 50) ? "udp" : "tcp");
		if (random_chance(random, 70))
			buffer_format(
				line, " sport %u", PICK(random, 1, 80, 81, 999, 1000, 1024, 1500));
		if (random_chance(random, 70))
			buffer_format(
				line, " dport %u", PICK(random, 1, 80, 85, 999, 1000, 1024, 1500));
	}
	if (family == AF_INET6 && random_chance(random, 20))
		buffer_format(line, " flowlabel %#x", PICK(random, 0x10, 0x11, 0x12345));
}

void random_packet(struct random *random, int family, bool root, struct buffer *line)
{
	char text[64];
	bool input = random_chance(random, 50);

	do {
		random_address(random, family, 128, text);
		/* For an incoming IPv6 multicast packet the kernel reports the result of
		 * multicast routing. */
	} while (input && family == AF_INET6 && !strncmp(text, "ff", 2));
	buffer_format(line, "%s", text);
	if (input) {
		random_address(random, family, 128, text);
		buffer_format(line, " from %s iif v%u", text, random_below(random, POLICY_DEVICES));
	} else {
		if (random_chance(random, 40)) {
			if (random_chance(random, 10))
				random_address(random, family, 128, text);
			else if (family == AF_INET)
				snprintf(text, sizeof text, "10.%u.0.1",
					random_below(random, POLICY_DEVICES));
			else
				snprintf(text, sizeof text, "2001:db8:%u::1",
					random_below(random, POLICY_DEVICES));
			buffer_format(line, " from %s", text);
		}
		if (random_chance(random, 25))
			buffer_format(line, " dev v%u", random_below(random, POLICY_DEVICES));
		buffer_format(line, " uid %u", root ? PICK(random, 0, 1000, 1001, 5000) : 0);
	}
	add_packet_words(random, family, line);
}
