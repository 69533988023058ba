/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes through a router, for the benchmark.
 *
 *   stream serve ADDR PORT         takes TCP connections, and what they bring, until it is ended
 *   stream send FROM TO PORT MIB   sends so many MiB; returns when all have arrived
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static struct sockaddr_in end_of(const char *address, const char *port)
{
	struct sockaddr_in end = {.sin_family = AF_INET};

	end.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	if (inet_pton(AF_INET, address, &end.sin_addr) != 1)
		error(2, 0, "%s is no address", address);
	return end;
}

static int open_at(const char *address, const char *port)
{
	const struct sockaddr_in from = end_of(address, port);
	int descriptor = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(descriptor, (const struct sockaddr *)&from, sizeof from))
		error(2, errno, "%s", address);
	return descriptor;
}

static void serve(char **words)
{
	int listener = open_at(words[0], words[1]);
	static char bytes[CHUNK];

	if (listen(listener, 8))
		error(2, errno, "%s", words[0]);
	for (;;) {
		int connection = accept(listener, NULL, NULL);

		while (connection >= 0 && recv(connection, bytes, sizeof bytes, 0) > 0)
			;
		/* Then the sender knows that all have arrived. */
		close(connection);
	}
}

static int stream(char **words)
{
	const struct sockaddr_in to = end_of(words[1], words[2]);
	int descriptor = open_at(words[0], "0");
	int64_t left = strtol(words[3], NULL, 10) * 1024 * 1024;
	static char bytes[CHUNK];

	if (connect(descriptor, (const struct sockaddr *)&to, sizeof to))
		error(2, errno, "%s", words[1]);
	while (left > 0) {
		ssize_t sent = send(descriptor, bytes, sizeof bytes, MSG_NOSIGNAL);

		if (sent < 0)
			error(2, errno, "%s", words[1]);
		left -= sent;
	}
	shutdown(descriptor, SHUT_WR);
	if (recv(descriptor, bytes, 1, 0) != 0)
		error(2, errno, "%s", words[1]);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "serve"))
		serve(argv + 2);
	if (argc == 6 && !strcmp(argv[1], "send"))
		return stream(argv + 2);
	error(2, 0, "wrong words: see the top of stream.c");
	return 2;
}
