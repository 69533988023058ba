/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many datagrams at once, for arrivals.pl: who answers each, or which ICMP error comes back.
 * Addresses are IPv4 or IPv6 as text.
 *
 *   arrivals serve NAME ADDR…   answers each datagram at port 17 of these addresses with NAME
 *   arrivals ask                reads lines `FROM TO TOS` to the end, sends a datagram for each,
 * and prints a line for each: NAME, `icmp TYPE CODE`, or `-` if nothing came back
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/errqueue.h>
#include <netinet/in.h>

enum {
	PACKETS_MAX = 200,
	PATIENCE = 400, /* milliseconds without any answer, after which none is expected */
	PORT = 17,
	TEXT_MAX = 64,
};

struct end {
	struct sockaddr_storage address;
	socklen_t size;
};

static struct end end_of(const char *text, uint16_t port)
{
	struct end end = {0};
	struct sockaddr_in *inet = (struct sockaddr_in *)&end.address;
	struct sockaddr_in6 *inet6 = (struct sockaddr_in6 *)&end.address;

	if (strchr(text, ':')) {
		*inet6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
		end.size = sizeof *inet6;
		if (inet_pton(AF_INET6, text, &inet6->sin6_addr) == 1)
			return end;
	} else {
		*inet = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
		end.size = sizeof *inet;
		if (inet_pton(AF_INET, text, &inet->sin_addr) == 1)
			return end;
	}
	error(2, 0, "%s is no address", text);
	return end;
}

static int open_at(const char *address, uint16_t port)
{
	const struct end end = end_of(address, port);
	int descriptor = socket(end.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (bind(descriptor, (const struct sockaddr *)&end.address, end.size))
		error(2, errno, "%s", address);
	return descriptor;
}

static void serve(const char *name, char **address, int count)
{
	struct pollfd served[PACKETS_MAX];

	if (count > PACKETS_MAX)
		error(2, 0, "at most %d addresses", PACKETS_MAX);
	for (int i = 0; i < count; i++)
		served[i] = (struct pollfd){.fd = open_at(address[i], PORT), .events = POLLIN};
	puts("ready");
	fflush(stdout);
	while (poll(served, (nfds_t)count, -1) > 0) {
		for (int i = 0; i < count; i++) {
			struct sockaddr_storage from;
			socklen_t size = sizeof from;
			char byte;

			if (served[i].revents && recvfrom(served[i].fd, &byte, 1, 0,
							 (struct sockaddr *)&from, &size) >= 0)
				sendto(served[i].fd, name, strlen(name), 0,
					(struct sockaddr *)&from, size);
		}
	}
}

/* ---- asking ---- */

static int ask_one(const char *from, const char *to, int tos)
{
	const struct end end = end_of(to, PORT);
	bool inet6 = end.address.ss_family == AF_INET6;
	int descriptor = open_at(from, 0);
	int on = 1;

	setsockopt(descriptor, inet6 ? SOL_IPV6 : SOL_IP, inet6 ? IPV6_TCLASS : IP_TOS, &tos,
		sizeof tos);
	setsockopt(descriptor, inet6 ? SOL_IPV6 : SOL_IP, inet6 ? IPV6_RECVERR : IP_RECVERR, &on,
		sizeof on);
	if (connect(descriptor, (const struct sockaddr *)&end.address, end.size) ||
		send(descriptor, "?", 1, 0) != 1)
		error(2, errno, "%s to %s", from, to);
	return descriptor;
}

/* Reads an ICMP error that came back. Returns false if there is none. */
static bool read_refusal(int descriptor, char *answer)
{
	char control[512];
	char data[64];
	struct iovec part = {data, sizeof data};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};

	if (recvmsg(descriptor, &message, MSG_ERRQUEUE) < 0)
		return false;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
		struct sock_extended_err cause;

		if (at->cmsg_len < CMSG_LEN(sizeof cause))
			continue;
		memcpy(&cause, CMSG_DATA(at), sizeof cause);
		if (cause.ee_origin == SO_EE_ORIGIN_ICMP || cause.ee_origin == SO_EE_ORIGIN_ICMP6) {
			snprintf(answer, TEXT_MAX, "icmp %u %u", cause.ee_type, cause.ee_code);
			return true;
		}
	}
	return false;
}

static bool read_answer(int descriptor, char *answer)
{
	ssize_t got = recv(descriptor, answer, TEXT_MAX - 1, 0);

	if (got < 0)
		return read_refusal(descriptor, answer);
	answer[got] = '\0';
	return true;
}

static void ask(void)
{
	struct pollfd asked[PACKETS_MAX];
	char answer[PACKETS_MAX][TEXT_MAX];
	char from[TEXT_MAX], to[TEXT_MAX];
	nfds_t count = 0;
	int tos;

	while (count < PACKETS_MAX && scanf("%63s %63s %d", from, to, &tos) == 3) {
		memcpy(answer[count], "-", 2);
		asked[count] = (struct pollfd){.fd = ask_one(from, to, tos), .events = POLLIN};
		count++;
	}
	while (poll(asked, count, PATIENCE) > 0)
		for (nfds_t i = 0; i < count; i++)
			if (asked[i].revents && read_answer(asked[i].fd, answer[i]))
				asked[i].fd = -1;
	for (nfds_t i = 0; i < count; i++)
		puts(answer[i]);
}

int main(int count, char **argument)
{
	if (count > 3 && !strcmp(argument[1], "serve"))
		serve(argument[2], argument + 3, count - 3);
	else if (count == 2 && !strcmp(argument[1], "ask"))
		ask();
	else
		error(2, 0, "serve NAME ADDR... | ask");
	return 0;
}
