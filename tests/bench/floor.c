/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `make bench` measures against: the least that can be done with rtnetlink. Messages are
 * encoded before the clock starts, answers are only looked at for errors. It also writes the same
 * data as words, and runs commands with a clock. Needs nothing of iproute's own sources.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

enum {
	WINDOW_BYTES = 128 * 1024,
	WINDOW_MESSAGES = 2048,
	RECEIVE_SIZE = 64 * 1024,
	RECEIVE_BUFFER = 4 * 1024 * 1024,
	MESSAGE_ROOM = 256,
	GATEWAYS = 16,
	CLASSES = 8,
	FIRST_PREFERENCE = 1000,
};
#define FIRST_OWN_CLASS 2147483648U

/* ---- the data ---- */

/* Route n: one of the /24s from 1.0.0.0 on, in order, behind one of 16 routers. */
static uint32_t route_net(uint32_t n)
{
	return 0x01000000 + (n << 8);
}

static uint32_t gateway(uint32_t n)
{
	return 0xc0a80002 + n % GATEWAYS; /* 192.168.0.2 */
}

/* Rule n: one host from 10.0.0.0 on. */
static uint32_t rule_host(uint32_t n)
{
	return 0x0a000000 + n;
}

static const char *dotted(uint32_t address, char text[INET_ADDRSTRLEN])
{
	struct in_addr in = {htonl(address)};

	return inet_ntop(AF_INET, &in, text, INET_ADDRSTRLEN);
}

static void print_line(const char *kind, bool ip, uint32_t n)
{
	char from[INET_ADDRSTRLEN];
	char to[INET_ADDRSTRLEN];

	dotted(*kind == 'r' && kind[1] == 'o' ? route_net(n) : rule_host(n), from);
	dotted(gateway(n), to);
	if (!strcmp(kind, "routes"))
		printf(ip ? "route add %s/24 via %s dev v0\n" : "add %s/24 gw %s dev v0\n", from,
			to);
	else if (!strcmp(kind, "rules"))
		printf(ip ? "rule add from %s pref %u table %u\n"
			  : "addrule from %s pref %u class %u\n",
			from, FIRST_PREFERENCE + n, 100 + n % CLASSES);
	else
		printf("addrule from %s pref %u route gw %s dev v0\n", from, FIRST_PREFERENCE + n,
			to);
}

/* ---- messages ---- */

struct batch {
	char *memory;
	size_t length;
	size_t count;
	unsigned int device;
};

static struct nlmsghdr *batch_put(struct batch *batch, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(batch->memory + batch->length);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	return message;
}

static void batch_done(struct batch *batch, const struct nlmsghdr *message)
{
	batch->length += NLMSG_ALIGN(message->nlmsg_len);
	batch->count++;
}

static void put_route(struct batch *batch, uint32_t net, uint8_t length, uint32_t class, uint32_t n)
{
	struct nlmsghdr *message = batch_put(batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);

	header->rtm_family = AF_INET;
	header->rtm_dst_len = length;
	header->rtm_type = RTN_UNICAST;
	header->rtm_protocol = RTPROT_BOOT;
	header->rtm_table = class < 256 ? (uint8_t) class : RT_TABLE_UNSPEC;
	if (length)
		mnl_attr_put_u32(message, RTA_DST, htonl(net));
	mnl_attr_put_u32(message, RTA_GATEWAY, htonl(gateway(n)));
	mnl_attr_put_u32(message, RTA_OIF, batch->device);
	/* Routes that differ only by their table are one hash chain in the kernel, 100,000 long
	 * (fib_info_hashfn_1() in net/ipv4/fib_semantics.c): the metric spreads them. */
	if (class >= 256) {
		mnl_attr_put_u32(message, RTA_TABLE, class);
		mnl_attr_put_u32(message, RTA_PRIORITY, class);
	}
	batch_done(batch, message);
}

static void put_rule(struct batch *batch, uint32_t n, uint32_t class)
{
	struct nlmsghdr *message = batch_put(batch, RTM_NEWRULE, NLM_F_CREATE);
	struct fib_rule_hdr *header = mnl_nlmsg_put_extra_header(message, sizeof *header);

	header->family = AF_INET;
	header->src_len = 32;
	header->action = FR_ACT_TO_TBL;
	header->table = class < 256 ? (uint8_t) class : RT_TABLE_UNSPEC;
	mnl_attr_put_u32(message, FRA_SRC, htonl(rule_host(n)));
	mnl_attr_put_u32(message, FRA_PRIORITY, FIRST_PREFERENCE + n);
	if (class >= 256)
		mnl_attr_put_u32(message, FRA_TABLE, class);
	batch_done(batch, message);
}

/*
 * What the n-th route sent is, when every 16th is sent first, then those halfway between, and so
 * on: the kernel's trie grows evenly. `count` is a multiple of 16.
 */
static uint32_t spread(uint32_t n, uint32_t count)
{
	static const uint8_t round[16] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
	uint32_t each = count / 16;

	return n % each * 16 + round[n / each];
}

/* Rules in descending preference: the kernel looks for their place from the front. `kind` "spread":
 * routes in the order that the kernel takes fast, not in that of their addresses. */
static struct batch encode(const char *kind, uint32_t count)
{
	struct batch batch = {
		.memory = malloc((size_t)count * 2 * MESSAGE_ROOM), .device = if_nametoindex("v0")};

	if (!batch.memory)
		error(2, errno, "%u messages", count);
	for (uint32_t n = 0; n < count && strcmp(kind, "rules"); n++) {
		uint32_t at = strcmp(kind, "spread") ? n : spread(n, count);

		if (!strcmp(kind, "own"))
			put_route(&batch, 0, 0, FIRST_OWN_CLASS + n, n);
		else
			put_route(&batch, route_net(at), 24, RT_TABLE_MAIN, at);
	}
	for (uint32_t n = count; n-- && strcmp(kind, "routes") && strcmp(kind, "spread");)
		put_rule(&batch, n, *kind == 'o' ? FIRST_OWN_CLASS + n : 100 + n % CLASSES);
	return batch;
}

/* ---- the kernel ---- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int open_socket(void)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};
	int size = RECEIVE_BUFFER;
	int on = 1;

	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address))
		error(2, errno, "netlink");
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	setsockopt(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	return descriptor;
}

/* Waits for the ack of the last message of a window. */
static void hear(int descriptor, uint32_t last)
{
	static char memory[RECEIVE_SIZE];

	for (;;) {
		int length = (int)recv(descriptor, memory, sizeof memory, 0);
		const struct nlmsghdr *part = (const struct nlmsghdr *)memory;

		if (length < 0)
			error(2, errno, "receive");
		for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length)) {
			const struct nlmsgerr *answer = mnl_nlmsg_get_payload(part);

			if (answer->error)
				error(2, -answer->error, "message %u", part->nlmsg_seq);
			if (part->nlmsg_seq == last)
				return;
		}
	}
}

static void send_batch(int descriptor, const struct batch *batch)
{
	char *at = batch->memory;

	for (uint32_t sent = 0; sent < batch->count;) {
		char *start = at;
		struct nlmsghdr *message = NULL;

		for (int i = 0; i < WINDOW_MESSAGES && sent < batch->count; i++) {
			struct nlmsghdr *next = (struct nlmsghdr *)at;

			if (at + next->nlmsg_len - start > WINDOW_BYTES)
				break;
			message = next;
			message->nlmsg_seq = ++sent;
			at += NLMSG_ALIGN(message->nlmsg_len);
		}
		message->nlmsg_flags |= NLM_F_ACK;
		if (send(descriptor, start, (size_t)(at - start), 0) < 0)
			error(2, errno, "send");
		hear(descriptor, sent);
	}
}

/* Reads a dump; what it is made of is kept in `into`, unless NULL. Returns the number of records.
 */
static size_t dump(int descriptor, uint16_t type, struct batch *into)
{
	static char memory[RECEIVE_SIZE];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct rtmsg *header = mnl_nlmsg_put_extra_header(request, sizeof *header);
	size_t count = 0;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->rtm_family = AF_INET;
	if (into && type == RTM_GETROUTE)
		mnl_attr_put_u32(request, RTA_TABLE, RT_TABLE_MAIN);
	if (send(descriptor, request, request->nlmsg_len, 0) < 0)
		error(2, errno, "send");
	for (;;) {
		int length = (int)recv(descriptor, memory, sizeof memory, 0);
		struct nlmsghdr *part = (struct nlmsghdr *)memory;

		if (length < 0)
			error(2, errno, "receive");
		for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length)) {
			if (part->nlmsg_type == NLMSG_DONE || part->nlmsg_type == NLMSG_ERROR)
				return count;
			count++;
			if (!into)
				continue;
			part->nlmsg_type = RTM_DELROUTE;
			part->nlmsg_flags = NLM_F_REQUEST;
			memcpy(into->memory + into->length, part, NLMSG_ALIGN(part->nlmsg_len));
			batch_done(into, part);
		}
	}
}

/* Deletes the routes of class main whose scope is not the link's: what was loaded. */
static size_t flush(int descriptor, uint32_t count)
{
	struct batch batch = {.memory = malloc((size_t)count * MESSAGE_ROOM)};

	if (!batch.memory)
		error(2, errno, "%u messages", count);
	dump(descriptor, RTM_GETROUTE, &batch);
	send_batch(descriptor, &batch);
	free(batch.memory);
	return batch.count;
}

/* ---- the clock ---- */

extern char **environ;

static void run_once(char **command)
{
	int status;
	pid_t child;
	int failed = posix_spawnp(&child, *command, NULL, NULL, command, environ);

	if (failed)
		error(2, failed, "%s", *command);
	waitpid(child, &status, 0);
	if (status)
		error(2, 0, "%s: status %d", *command, WEXITSTATUS(status));
}

/* Runs it `count` times; a word "@" becomes the n-th host. */
static void run_each(uint32_t count, char **command)
{
	char host[INET_ADDRSTRLEN];
	char **word = command;

	while (*word && strcmp(*word, "@") != 0)
		word++;
	for (uint32_t n = 0; n < count; n++) {
		if (*word)
			*word = (char *)dotted(rule_host(n), host);
		run_once(command);
	}
}

struct stopwatch {
	double wall, processor;
	int who; /* RUSAGE_SELF, or RUSAGE_CHILDREN: a command */
};

static double processor_time(int who, long *peak)
{
	struct rusage usage;

	getrusage(who, &usage);
	*peak = usage.ru_maxrss;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct stopwatch start(int who)
{
	long peak;

	return (struct stopwatch){now(), processor_time(who, &peak), who};
}

/* "SECONDS PEAK PROCESSOR": PEAK in KiB, of the largest command. */
static void report(struct stopwatch started, FILE *out)
{
	double taken = now() - started.wall;
	long peak;
	double processor = processor_time(started.who, &peak) - started.processor;

	fprintf(out, "%.6f %ld %.6f\n", taken, peak, processor);
}

static FILE *open_clock(const char *path)
{
	FILE *out = fopen(path, "a");

	if (!out)
		error(2, errno, "%s", path);
	return out;
}

static uint32_t number(const char *word)
{
	return (uint32_t)strtoul(word, NULL, 10);
}

static int usage(void)
{
	fputs("floor words routes|rules|own COUNT [ip]\n"
	      "floor send CLOCK routes|spread|rules|own COUNT\n"
	      "floor dump CLOCK route|rule\n"
	      "floor flush CLOCK COUNT\n"
	      "floor run CLOCK COUNT COMMAND...\n"
	      "CLOCK is a file that a line \"SECONDS PEAK-KIB PROCESSOR-SECONDS\" is added to\n",
		stderr);
	return 255;
}

static int measure(const char *verb, FILE *clock, int count, char **words)
{
	int descriptor = open_socket();
	struct stopwatch started;

	if (!strcmp(verb, "send") && count == 2) {
		struct batch batch = encode(words[0], number(words[1]));

		started = start(RUSAGE_SELF);
		send_batch(descriptor, &batch);
	} else if (!strcmp(verb, "dump") && count == 1) {
		started = start(RUSAGE_SELF);
		dump(descriptor, words[0][1] == 'o' ? RTM_GETROUTE : RTM_GETRULE, NULL);
	} else if (!strcmp(verb, "flush") && count == 1) {
		started = start(RUSAGE_SELF);
		flush(descriptor, number(words[0]) + 1000);
	} else if (!strcmp(verb, "run") && count > 1) {
		started = start(RUSAGE_CHILDREN);
		run_each(number(words[0]), words + 1);
	} else {
		return usage();
	}
	report(started, clock);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "words")) {
		for (uint32_t n = 0, count = number(argv[3]); n < count; n++)
			print_line(argv[2], argc > 4, n);
		return 0;
	}
	if (argc < 4)
		return usage();
	return measure(argv[1], open_clock(argv[2]), argc - 3, argv + 3);
}
