/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace in which policies are tested. */
#include "world.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

enum { WORDS_MAX = 64, COMMAND_MAX = 400, CARRIER_MICROSECONDS = 1200000 };

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file >= 0 && write(file, text, strlen(text)) < 0)
		fprintf(stderr, "# cannot write %s\n", path);
	if (file >= 0)
		close(file);
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
	char command[COMMAND_MAX];
	va_list values;

	va_start(values, format);
	vsnprintf(command, sizeof command, format, values);
	va_end(values);
	if (system(command) < 0)
		fprintf(stderr, "# cannot run: %s\n", command);
}

static void set_switch(int family, const char *device, const char *name, unsigned value)
{
	char path[COMMAND_MAX];
	char text[16];

	snprintf(path, sizeof path, "/proc/sys/net/ipv%c/conf/%s/%s", family == AF_INET ? '4' : '6',
		device, name);
	snprintf(text, sizeof text, "%u", value);
	write_file(path, text);
}

/* Hides the errors of commands that may fail, unless MODEL_VERBOSE is set. */
static void silence(void)
{
	int nowhere = getenv("MODEL_VERBOSE") ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0 && dup2(nowhere, STDERR_FILENO) < 0)
		close(nowhere);
}

int world_enter(void)
{
	uid_t user = getuid();
	char map[32];

	if (unshare(CLONE_NEWNET | CLONE_NEWNS | (user ? CLONE_NEWUSER : 0)))
		return -1;
	if (user) {
		snprintf(map, sizeof map, "0 %u 1", user);
		write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/uid_map", map);
	}
	silence();
	run("ip link set lo up");
	set_switch(AF_INET6, "default", "accept_dad", 0);
	set_switch(AF_INET6, "all", "accept_dad", 0);
	/* Otherwise a lookup sends a neighbour solicitation, and a second later the kernel avoids
	 * the router. */
	set_switch(AF_INET6, "default", "router_probe_interval", 1000000);
	for (unsigned i = 0; i < POLICY_DEVICES; i++) {
		char peer[16];

		run("ip link add v%u type veth peer name p%u", i, i);
		snprintf(peer, sizeof peer, "p%u", i);
		set_switch(AF_INET6, peer, "disable_ipv6", 1);
	}
	return 0;
}

void world_open(struct world *world)
{
	struct error error;

	world->netlink = netlink_open(&error);
	world->links = links_open();
	world->names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(world->names, links_source(world->links));
	world->routes = keywords_new(&route_object, DIALECT_OWN);
	world->rules = keywords_new(&rule_object, DIALECT_OWN);
	world->packets = keywords_new(&packet_object, DIALECT_OWN);
}

void world_close(struct world *world)
{
	keywords_free(world->routes);
	keywords_free(world->rules);
	keywords_free(world->packets);
	names_free(world->names);
	links_close(world->links);
	netlink_close(world->netlink);
	buffer_free(&world->log);
}

static void shake_switches(struct random *random, const char *device)
{
	set_switch(AF_INET, device, "forwarding", random_chance(random, 85));
	set_switch(AF_INET, device, "rp_filter",
		random_chance(random, 40) ? 0 : random_below(random, 3));
	set_switch(AF_INET, device, "accept_local", random_chance(random, 15));
	set_switch(AF_INET, device, "route_localnet", random_chance(random, 15));
	set_switch(AF_INET, device, "src_valid_mark", random_chance(random, 50));
	set_switch(AF_INET, device, "ignore_routes_with_linkdown", random_chance(random, 40));
	set_switch(AF_INET6, device, "ignore_routes_with_linkdown", random_chance(random, 40));
}

static void shake_device(struct random *random, unsigned number)
{
	char device[16];
	bool down = random_chance(random, 12);
	bool carrier = random_chance(random, 80);

	snprintf(device, sizeof device, "v%u", number);
	run("ip addr flush dev %s; ip link set p%u down; ip link set %s down group %u", device,
		number, device, random_below(random, 3));
	if (!down)
		run("ip link set %s up", device);
	if (carrier)
		run("ip link set p%u up", number);
	run("ip addr add 10.%u.0.1/24 brd + dev %s%s", number, device,
		random_chance(random, 15) ? " scope link" : "");
	if (random_chance(random, 40))
		run("ip addr add 10.%u.%u.%u/%u dev %s", number, 128 * random_below(random, 2),
			129 + random_below(random, 2), 24 + random_below(random, 9), device);
	run("ip addr add 2001:db8:%u::1/64 nodad dev %s%s", number, device,
		random_chance(random, 15) ? " preferred_lft 0" : "");
	if (random_chance(random, 40))
		run("ip addr add %s:%u::%u/64 nodad dev %s",
			random_chance(random, 50) ? "fc00:0" : "2002:a00", number, number + 2,
			device);
	shake_switches(random, device);
}

void world_shake(struct world *world, struct random *random)
{
	run("ip nexthop flush >/dev/null");
	set_switch(AF_INET, "all", "rp_filter",
		random_chance(random, 20) ? random_below(random, 3) : 0);
	set_switch(AF_INET, "all", "accept_local", 0);
	set_switch(AF_INET, "all", "src_valid_mark", random_chance(random, 10));
	set_switch(AF_INET6, "all", "forwarding", random_chance(random, 70));
	set_switch(AF_INET, "all", "ignore_routes_with_linkdown", random_chance(random, 10));
	write_file("/proc/sys/net/ipv4/nexthop_compat_mode", random_chance(random, 70) ? "1" : "0");
	for (unsigned i = 0; i < POLICY_DEVICES; i++)
		shake_device(random, i);
	usleep(CARRIER_MICROSECONDS);
	links_forget(world->links);
}

int world_read(struct world *world, const struct object *object, const struct keywords *keywords,
	const char *line, void *record)
{
	const char *word[WORDS_MAX];
	struct words words = {.word = word};
	struct parser parser = {
		.words = &words, .names = world->names, .arena = world->arena, .family_word = -1};
	struct origin *origin = arena_get(world->arena, sizeof *origin);
	char *copy = arena_copy(world->arena, line, strlen(line) + 1);
	const char *reason;
	struct error error;

	words.count = words_cut(copy, word, WORDS_MAX, &reason);
	origin_clear(origin, object);
	if (words.count < 0 || fields_parse(&parser, keywords, 0, record, origin, &error) ||
		object->finish(&parser, record, origin, false, &error)) {
		if (getenv("MODEL_VERBOSE"))
			printf("# wrong words: %s: %s\n", line, error.message);
		return -1;
	}
	return 0;
}

/* Lines that the kernel refuses (a gateway on no link) are not part of the policy. */
static void send_line(struct world *world, const struct object *object,
	const struct keywords *keywords, const char *line, uint16_t flags)
{
	uint8_t *record = arena_get(world->arena, RECORD_MAX);
	char *message = arena_get(world->arena, MESSAGE_MAX);
	struct answer answer;
	struct error error;

	if (world_read(world, object, keywords, strchr(line, ' ') + 1, record))
		return;
	fields_encode(object, record, object->type_new, flags, message);
	if (netlink_request(
		    world->netlink, (struct nlmsghdr *)message, &answer, NULL, NULL, &error))
		return;
	if (answer.number) {
		world->refused++;
		if (getenv("MODEL_VERBOSE"))
			printf("# refused: %s: %s %s\n", line, strerror(answer.number),
				answer.sentence);
		return;
	}
	world->taken++;
	buffer_format(&world->log, "%s\n", line);
}

static void write_batch(struct world *world, const char *options, const char *lines)
{
	char command[COMMAND_MAX];
	FILE *ip;

	snprintf(command, sizeof command, "ip %s -force -batch - >/dev/null", options);
	ip = popen(command, "we");
	if (!ip)
		return;
	fputs(lines, ip);
	pclose(ip);
	buffer_string(&world->log, lines);
}

static void clear_policy(struct world *world)
{
	static const char *const options[] = {"-4", "-6"};

	for (size_t i = 0; i < 2; i++)
		write_batch(world, options[i],
			"rule flush\n"
			"route flush table all proto boot\n"
			"nexthop flush\n"
			"rule add pref 0 lookup local\n"
			"rule add pref 32766 lookup main\n"
			"rule add pref 32767 lookup 253\n");
	buffer_reset(&world->log);
}

/* Makes all in one run of ip, which continues after a refusal. */
static void make_nexthops(struct world *world, struct random *random)
{
	struct buffer lines = {0};

	for (unsigned i = 0; i < 2 * POLICY_NEXTHOPS; i++) {
		random_nexthop(random, i % 2 ? AF_INET : AF_INET6, i / 2, &lines);
		buffer_char(&lines, '\n');
	}
	write_batch(world, "", buffer_text(&lines));
	buffer_free(&lines);
}

static void make_policy(struct world *world, struct random *random, int family)
{
	unsigned rules = 1 + random_below(random, POLICY_RULES);
	unsigned nodes = random_below(random, POLICY_NODES);

	for (unsigned i = 0; i < nodes; i++) {
		struct buffer line = {0};

		random_route(random, family, rules, &line);
		send_line(world, &route_object, world->routes, buffer_text(&line),
			NLM_F_CREATE | NLM_F_APPEND);
		buffer_free(&line);
	}
	for (unsigned i = 0; i < rules; i++) {
		struct buffer line = {0};

		random_rule(random, family, i, rules, &line);
		send_line(world, &rule_object, world->rules, buffer_text(&line), NLM_F_CREATE);
		buffer_free(&line);
	}
}

void world_policy(struct world *world, struct random *random)
{
	clear_policy(world);
	make_nexthops(world, random);
	make_policy(world, random, AF_INET6);
	make_policy(world, random, AF_INET);
	if (random_chance(random, 10))
		run("ip rule del pref 0; ip -6 rule del pref 0");
	if (random_chance(random, 10))
		run("ip rule del pref 32766; ip -6 rule del pref 32766");
}
