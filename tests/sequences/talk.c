/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many flows at once, for sequences.pl. Addresses are IPv4 as text.
 *
 *   talk serve NAME ADDR   answers each UDP datagram at port 17 with "NAME SOURCE"; sends a byte to
 *                          each TCP connection at port 18 every few milliseconds
 *   talk ask               reads commands, one a line, and answers each line with one:
 *     ask TO FROM…         a datagram from a new port of each address: "NAME/SOURCE" or "-" of each
 *     open TO FROM…        a TCP connection from each address instead of the one it had: "1" or "-"
 *     alive FROM…          "1" if a byte has come over the address's connection since, "-" if none
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	FLOWS_MAX = 256,
	SERVED_MAX = 900, /* connections of a server; then the oldest goes */
	PATIENCE = 5000,  /* milliseconds until an answer is given up */
	PORT_ASK = 17,
	PORT_PUSH = 18,
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static struct sockaddr_in end_of(const char *address, uint16_t port)
{
	struct sockaddr_in end = {.sin_family = AF_INET, .sin_port = htons(port)};

	if (inet_pton(AF_INET, address, &end.sin_addr) != 1)
		error(2, 0, "%s is no address", address);
	return end;
}

static int open_at(const char *address, uint16_t port, int type)
{
	const struct sockaddr_in end = end_of(address, port);
	int descriptor = socket(AF_INET, type | SOCK_NONBLOCK, 0);
	int on = 1;

	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(descriptor, (const struct sockaddr *)&end, sizeof end))
		error(2, errno, "%s", address);
	return descriptor;
}

/* ---- the server ---- */

static void answer(int descriptor, const char *name)
{
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	char text[128], address[INET_ADDRSTRLEN];

	while (recvfrom(descriptor, text, sizeof text, 0, (struct sockaddr *)&from, &length) >= 0) {
		inet_ntop(AF_INET, &from.sin_addr, address, sizeof address);
		snprintf(text, sizeof text, "%s/%s", name, address);
		sendto(descriptor, text, strlen(text), 0, (struct sockaddr *)&from, length);
		length = sizeof from;
	}
}

static void serve(const char *name, const char *address)
{
	int connections[SERVED_MAX];
	struct pollfd polled[] = {{open_at(address, PORT_ASK, SOCK_DGRAM), POLLIN, 0},
		{open_at(address, PORT_PUSH, SOCK_STREAM), POLLIN, 0}};
	int count = 0;

	if (listen(polled[1].fd, FLOWS_MAX))
		error(2, errno, "%s", address);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int kept = 0;

		poll(polled, 2, 5);
		answer(polled[0].fd, name);
		for (;;) {
			int connection = accept4(polled[1].fd, NULL, NULL, SOCK_NONBLOCK);

			if (connection < 0)
				break;
			if (count == SERVED_MAX) {
				close(connections[0]);
				memmove(connections, connections + 1,
					--count * sizeof *connections);
			}
			connections[count++] = connection;
		}
		for (int i = 0; i < count; i++) {
			if (send(connections[i], "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
				close(connections[i]);
			else
				connections[kept++] = connections[i];
		}
		count = kept;
	}
}

/* ---- the client ---- */

struct flow {
	char address[INET_ADDRSTRLEN];
	int descriptor;
	char seen[64]; /* of the answer; empty: none yet */
};

static struct flow kept[FLOWS_MAX];
static int kept_count;

/* A port that nothing had before: the router may still know a connection of a port that was left,
 * which its server goes on with. */
static uint16_t next_port(void)
{
	static uint16_t port = 1024;

	return port < UINT16_MAX ? port++ : (port = 1024);
}

/* Takes what has come; the last of it is the answer. True: nothing more is to be waited for. */
static bool take(struct flow *flow, bool all)
{
	ssize_t length;
	char bytes[4096];

	do {
		length = recv(flow->descriptor, bytes, sizeof bytes, 0);
		if (length > 0)
			snprintf(flow->seen, sizeof flow->seen, "%.*s",
				length < 60 ? (int)length : 1, bytes);
	} while (all && length > 0);
	return *flow->seen || length == 0 || (length < 0 && errno != EAGAIN && errno != ENOTCONN);
}

static void wait_for(struct flow *flows, int count)
{
	int64_t until = now() + PATIENCE;

	for (;;) {
		struct pollfd polled[FLOWS_MAX];
		int64_t left = until - now();
		int missing = 0;

		for (int i = 0; i < count; i++)
			if (flows[i].descriptor >= 0 && !take(&flows[i], false))
				polled[missing++] = (struct pollfd){flows[i].descriptor, POLLIN, 0};
		if (!missing || left <= 0)
			return;
		poll(polled, (nfds_t)missing, (int)left);
	}
}

/* Cuts the next word off; NULL: the end. */
static char *next_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " \n");
	} while (word && !*word);
	return word;
}

static void ask(const char *to, char *line)
{
	struct flow flows[FLOWS_MAX] = {0};
	int count = 0;

	for (char *from; count < FLOWS_MAX && (from = next_word(&line));) {
		const struct sockaddr_in end = end_of(to, PORT_ASK);
		struct flow *flow = &flows[count++];

		flow->descriptor = open_at(from, next_port(), SOCK_DGRAM);
		if (connect(flow->descriptor, (const struct sockaddr *)&end, sizeof end) ||
			send(flow->descriptor, "?", 1, 0) < 0)
			error(0, errno, "%s", from);
	}
	wait_for(flows, count);
	for (int i = 0; i < count; i++) {
		printf("%s%s", i ? " " : "", *flows[i].seen ? flows[i].seen : "-");
		close(flows[i].descriptor);
	}
}

static struct flow *find(const char *address)
{
	for (int i = 0; i < kept_count; i++)
		if (!strcmp(kept[i].address, address))
			return &kept[i];
	if (kept_count == FLOWS_MAX)
		error(2, 0, "too many connections");
	snprintf(kept[kept_count].address, sizeof kept->address, "%s", address);
	kept[kept_count].descriptor = -1;
	return &kept[kept_count++];
}

/* Of the connections of the addresses: does something come? */
static void check(struct flow **flows, int count)
{
	struct flow copies[FLOWS_MAX];

	for (int i = 0; i < count; i++)
		copies[i] = *flows[i];
	wait_for(copies, count);
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? " " : "", *copies[i].seen ? "1" : "-");
}

static void talk(const char *to, char *line)
{
	struct flow *flows[FLOWS_MAX];
	int count = 0;

	for (char *from; count < FLOWS_MAX && (from = next_word(&line)); count++) {
		struct flow *flow = flows[count] = find(from);

		if (to && flow->descriptor >= 0)
			close(flow->descriptor);
		if (to) {
			const struct sockaddr_in end = end_of(to, PORT_PUSH);

			flow->descriptor = open_at(from, next_port(), SOCK_STREAM);
			if (connect(flow->descriptor, (const struct sockaddr *)&end, sizeof end) &&
				errno != EINPROGRESS)
				error(0, errno, "%s", to);
		} else if (flow->descriptor >= 0) {
			take(flow, true);
		}
		*flow->seen = '\0';
	}
	check(flows, count);
}

int main(int argc, char **argv)
{
	char line[8192];

	if (argc == 4 && !strcmp(argv[1], "serve"))
		serve(argv[2], argv[3]);
	if (argc != 2 || strcmp(argv[1], "ask") != 0)
		error(2, 0, "wrong words: see the top of talk.c");
	while (fgets(line, sizeof line, stdin)) {
		char *rest = line;
		const char *verb = next_word(&rest);
		const char *to = !strcmp(verb, "alive") ? NULL : next_word(&rest);

		if (!strcmp(verb, "ask"))
			ask(to, rest);
		else
			talk(to, rest);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}
