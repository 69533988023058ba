/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for the tests, and who saw them. All addresses are IPv4 or IPv6 as text.
 *
 *   flows serve ADDR PORT          answers each UDP datagram and TCP connection with its source
 *   flows udp|tcp FROM TO PORT [MS]
 *                                  asks such a server, prints how it was seen; status 1: no answer
 *                                  within MS milliseconds (20,000: a busy machine has time)
 *   flows push ADDR PORT           sends bytes to one TCP connection for as long as it lasts
 *   flows pull FROM TO PORT QUIET  reads them until SIGTERM, and one that comes after it; status 1:
 *                                  none came for QUIET milliseconds
 *   flows flood FROM TO PORT COUNT COUNT datagrams, each a flow of its own (another source port)
 *   flows burst FROM TO PORT COUNT COUNT datagrams of one flow
 *   flows stream FROM TO PORT MS   datagrams of one flow until MS milliseconds are over
 *   flows rounds COUNT             COUNT rounds of one datagram for each line "FROM TO PORT" of
 *                                  standard input, each line a flow
 *   flows stray FROM TO            a TCP reset and an answer that belong to no connection
 *   flows watch DEV PREFIX MS      counts what leaves or comes by DEV until MS milliseconds are
 *                                  over or SIGTERM: "SUM INSIDE": packets, and those whose source
 *                                  is in PREFIX (IPv4)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

enum { ANSWER_MILLISECONDS = 20000 };

static volatile sig_atomic_t ended;

static void stop(int number)
{
	(void)number;
	ended = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "flows: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

struct end {
	struct sockaddr_storage address;
	socklen_t length;
};

static struct end end_of(const char *host, const char *port)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found;
	struct end end = {0};

	if (getaddrinfo(host, port, &hints, &found)) {
		fprintf(stderr, "flows: %s is no address\n", host);
		exit(2);
	}
	memcpy(&end.address, found->ai_addr, found->ai_addrlen);
	end.length = found->ai_addrlen;
	freeaddrinfo(found);
	return end;
}

static int open_at(const char *host, const char *port, int type)
{
	struct end own = end_of(host, port);
	int descriptor = socket(own.address.ss_family, type | SOCK_CLOEXEC, 0);
	int on = 1;

	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&own.address, own.length))
		fail(host);
	return descriptor;
}

/* ---- asking and answering ---- */

static void format(const struct sockaddr_storage *peer, char *text, size_t size)
{
	char host[64];
	char port[16];

	getnameinfo((const struct sockaddr *)peer, sizeof *peer, host, sizeof host, port,
		sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, size, "%s", host);
}

static void answer(int descriptor, bool stream)
{
	struct sockaddr_storage peer = {0};
	socklen_t length = sizeof peer;
	char text[128];
	int connection = descriptor;

	if (stream)
		connection = accept(descriptor, (struct sockaddr *)&peer, &length);
	else if (recvfrom(descriptor, text, sizeof text, 0, (struct sockaddr *)&peer, &length) < 0)
		return;
	if (connection < 0)
		return;
	format(&peer, text, sizeof text);
	if (stream) {
		send(connection, text, strlen(text), MSG_NOSIGNAL);
		close(connection);
	} else {
		sendto(descriptor, text, strlen(text), 0, (struct sockaddr *)&peer, length);
	}
}

static int serve(char **words)
{
	struct pollfd polled[2];
	static const int types[] = {SOCK_DGRAM, SOCK_STREAM};

	for (int i = 0; i < 2; i++) {
		polled[i] = (struct pollfd){open_at(words[0], words[1], types[i]), POLLIN, 0};
		if (types[i] == SOCK_STREAM && listen(polled[i].fd, 64))
			fail(words[0]);
	}
	puts("ready");
	fflush(stdout);
	while (!ended && poll(polled, 2, -1) >= 0)
		for (int i = 0; i < 2; i++)
			if (polled[i].revents)
				answer(polled[i].fd, types[i] == SOCK_STREAM);
	return 0;
}

static void limit(int descriptor, int milliseconds)
{
	struct timeval wait = {milliseconds / 1000, milliseconds % 1000 * 1000};

	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

static int ask(char **words, int type)
{
	int descriptor = open_at(words[0], "0", type);
	struct end to = end_of(words[1], words[2]);
	char text[128];
	ssize_t length;

	limit(descriptor, words[3] ? number(words[3]) : ANSWER_MILLISECONDS);
	if (connect(descriptor, (struct sockaddr *)&to.address, to.length) ||
		(type == SOCK_DGRAM && send(descriptor, "?", 1, 0) < 0)) {
		printf("%s\n", strerrorname_np(errno));
		return 1;
	}
	length = recv(descriptor, text, sizeof text - 1, 0);
	if (length <= 0) {
		printf("%s\n", length ? strerrorname_np(errno) : "closed");
		return 1;
	}
	text[length] = '\0';
	puts(text);
	return 0;
}

/* ---- a download ---- */

/* Serves one TCP connection: a byte every few milliseconds, until the client goes. */
static int push(char **words)
{
	int listener = open_at(words[0], words[1], SOCK_STREAM);
	int connection;

	if (listen(listener, 1))
		fail(words[0]);
	puts("ready");
	fflush(stdout);
	connection = accept(listener, NULL, NULL);
	while (!ended && send(connection, "x", 1, MSG_NOSIGNAL) == 1)
		poll(NULL, 0, 5);
	return 0;
}

/*
 * Reads from such a server; status 1: the bytes stop to come. After SIGTERM, those that are in the
 * socket already don't count.
 */
static int pull(char **words)
{
	int descriptor = open_at(words[0], "0", SOCK_STREAM);
	struct end to = end_of(words[1], words[2]);
	int quiet = number(words[3]);
	bool last = false;
	char bytes[256];

	limit(descriptor, ANSWER_MILLISECONDS);
	if (connect(descriptor, (struct sockaddr *)&to.address, to.length))
		fail(words[1]);
	while (!last) {
		struct pollfd polled = {descriptor, POLLIN, 0};
		int64_t until = now() + quiet;
		int ready = 0;
		ssize_t length;

		last = ended;
		while (last && recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
			;
		while (ready <= 0 && now() < until)
			ready = poll(&polled, 1, (int)(until - now()));
		length = ready > 0 ? recv(descriptor, bytes, sizeof bytes, 0) : -1;
		if (length > 0)
			continue;
		printf("%s\n", ready <= 0 ? "quiet" : length ? strerrorname_np(errno) : "closed");
		return 1;
	}
	puts("alive");
	return 0;
}

/* ---- many ---- */

static void pause_ms(int milliseconds)
{
	poll(NULL, 0, milliseconds);
}

static int flood(char **words)
{
	int count = number(words[3]);
	struct end to = end_of(words[1], words[2]);

	for (int i = 0; i < count; i++) {
		int descriptor = open_at(words[0], "0", SOCK_DGRAM);

		if (sendto(descriptor, "x", 1, 0, (struct sockaddr *)&to.address, to.length) < 0 &&
			errno != ENETUNREACH && errno != ECONNREFUSED)
			fail("send");
		close(descriptor);
		if (i % 20 == 19)
			pause_ms(1);
	}
	return 0;
}

/* The kernel drops what waits for a processor when it is too much: a pause after a few. */
static int rounds(char **words)
{
	enum { FLOWS_MAX = 512, AT_ONCE = 25 };
	static struct end to[FLOWS_MAX];
	int descriptor[FLOWS_MAX];
	char host[2][64];
	char port[8];
	int count = 0;

	while (count < FLOWS_MAX && scanf("%63s %63s %7s", host[0], host[1], port) == 3) {
		to[count] = end_of(host[1], port);
		descriptor[count++] = open_at(host[0], "0", SOCK_DGRAM);
	}
	for (int i = 0; i < number(words[0]); i++)
		for (int j = 0; j < count; j++) {
			if (sendto(descriptor[j], "x", 1, 0, (struct sockaddr *)&to[j].address,
				    to[j].length) < 0)
				fail("send");
			if ((i * count + j) % AT_ONCE == AT_ONCE - 1)
				pause_ms(1);
		}
	return 0;
}

static int burst(char **words, bool for_long)
{
	int count = number(words[3]);
	int descriptor = open_at(words[0], "0", SOCK_DGRAM);
	struct end to = end_of(words[1], words[2]);
	int64_t until = now() + count;
	long sent = 0;

	while (!ended && (for_long ? now() < until : sent < count)) {
		sendto(descriptor, "x", 1, 0, (struct sockaddr *)&to.address, to.length);
		sent++;
		if (for_long)
			pause_ms(1);
	}
	printf("%ld\n", sent);
	return 0;
}

/* ---- strays ---- */

static uint16_t sum(const void *data, size_t size, uint32_t start)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i + 1 < size; i += 2)
		start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return htons((uint16_t)~start);
}

static int stray(char **words)
{
	int descriptor = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} packet;
	uint32_t pseudo;

	inet_pton(AF_INET, words[1], &to.sin_addr);
	for (int i = 0; i < 2; i++) {
		memset(&packet, 0, sizeof packet);
		packet.ip =
			(struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP};
		packet.ip.tot_len = htons(sizeof packet);
		packet.ip.daddr = to.sin_addr.s_addr;
		inet_pton(AF_INET, words[0], &packet.ip.saddr);
		packet.tcp.source = htons(4000);
		packet.tcp.dest = htons(80);
		packet.tcp.doff = 5;
		packet.tcp.rst = i == 0;
		packet.tcp.syn = packet.tcp.ack = i == 1;
		pseudo = IPPROTO_TCP + sizeof packet.tcp;
		pseudo += (uint16_t)~ntohs(sum(&packet.ip.saddr, 8, 0));
		packet.tcp.check = sum(&packet.tcp, sizeof packet.tcp, pseudo);
		if (sendto(descriptor, &packet, sizeof packet, 0, (struct sockaddr *)&to,
			    sizeof to) < 0)
			fail("send");
	}
	return 0;
}

/* ---- watching ---- */

static void count_packet(
	const uint8_t *packet, ssize_t size, uint32_t net, uint32_t mask, long *all, long *inside)
{
	struct iphdr header;

	if (size < (ssize_t)sizeof header)
		return;
	memcpy(&header, packet, sizeof header);
	++*all;
	*inside += (ntohl(header.saddr) & mask) == net;
}

static int watch(char **words)
{
	int descriptor = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
	struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
	char *slash = strchr(words[1], '/');
	uint32_t mask = ~0U;
	struct in_addr net;
	int64_t until = now() + number(words[2]);
	int size = 64 << 20;
	long all = 0;
	long inside = 0;
	uint8_t packet[2048];

	if (slash) {
		*slash = '\0';
		mask = ~0U << (32 - number(slash + 1));
	}
	inet_pton(AF_INET, words[1], &net);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	link.sll_ifindex = (int)if_nametoindex(words[0]);
	if (bind(descriptor, (struct sockaddr *)&link, sizeof link))
		fail(words[0]);
	puts("ready");
	fflush(stdout);
	while (!ended && now() < until) {
		struct pollfd polled = {descriptor, POLLIN, 0};

		if (poll(&polled, 1, 20) <= 0)
			continue;
		count_packet(packet, recv(descriptor, packet, sizeof packet, MSG_DONTWAIT),
			ntohl(net.s_addr), mask, &all, &inside);
	}
	for (;;) {
		ssize_t length = recv(descriptor, packet, sizeof packet, MSG_DONTWAIT);

		if (length < 0)
			break;
		count_packet(packet, length, ntohl(net.s_addr), mask, &all, &inside);
	}
	printf("%ld %ld\n", all, inside);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct sigaction action = {.sa_handler = stop};

	sigaction(SIGTERM, &action, NULL);
	if (!strcmp(verb, "serve") && argc == 4)
		return serve(argv + 2);
	if (!strcmp(verb, "udp") && (argc == 5 || argc == 6))
		return ask(argv + 2, SOCK_DGRAM);
	if (!strcmp(verb, "tcp") && (argc == 5 || argc == 6))
		return ask(argv + 2, SOCK_STREAM);
	if (!strcmp(verb, "flood") && argc == 6)
		return flood(argv + 2);
	if ((!strcmp(verb, "burst") || !strcmp(verb, "stream")) && argc == 6)
		return burst(argv + 2, !strcmp(verb, "stream"));
	if (!strcmp(verb, "rounds") && argc == 3)
		return rounds(argv + 2);
	if (!strcmp(verb, "stray") && argc == 4)
		return stray(argv + 2);
	if (!strcmp(verb, "watch") && argc == 5)
		return watch(argv + 2);
	if (!strcmp(verb, "push") && argc == 4)
		return push(argv + 2);
	if (!strcmp(verb, "pull") && argc == 6)
		return pull(argv + 2);
	fputs("flows: wrong words: see the top of flows.c\n", stderr);
	return 2;
}
