/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the guarded connection from words or from the environment of this program's ancestors. */
#include "command/guarded.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/decimal.h"

#define VARIABLE "SSH_CONNECTION="

enum {
	ANCESTORS_MOST = 32,
	PORT_MAX = 65535,
	WORDS_MAX = 160,
	CHUNK = 4096,
	ENVIRONMENT_MOST = 1 << 20,
};

/* sshd names an IPv4 peer of an IPv6 socket as ::ffff:192.0.2.1, and a link-local one with %DEV. */
static bool read_address(const char *text, size_t length, struct address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char copy[INET6_ADDRSTRLEN];
	const char *zone = memchr(text, '%', length);

	if (zone)
		length = (size_t)(zone - text);
	if (length >= sizeof copy)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	*address = (struct address){.given = true, .family = AF_INET};
	if (inet_pton(AF_INET, copy, address->bytes) == 1)
		return true;
	address->family = AF_INET6;
	if (inet_pton(AF_INET6, copy, address->bytes) != 1)
		return false;
	if (!memcmp(address->bytes, mapped, sizeof mapped)) {
		address->family = AF_INET;
		memmove(address->bytes, address->bytes + sizeof mapped, 4);
		memset(address->bytes + 4, 0, sizeof address->bytes - 4);
	}
	return true;
}

static bool read_port(const char *text, struct number *port)
{
	uint64_t value;

	if (!decimal_read(text, &value) || value > PORT_MAX)
		return false;
	*port = (struct number){true, (uint32_t)value};
	return true;
}

/* ADDR, ADDR:PORT, [ADDR]:PORT */
static bool read_peer(const char *text, struct packet *packet)
{
	size_t length = strlen(text);
	const char *colon = strrchr(text, ':');

	if (read_address(text, length, &packet->source))
		return true;
	if (!colon || !read_port(colon + 1, &packet->source_port))
		return false;
	length = (size_t)(colon - text);
	if (length > 2 && *text == '[' && text[length - 1] == ']')
		return read_address(text + 1, length - 2, &packet->source);
	return read_address(text, length, &packet->source) && packet->source.family == AF_INET;
}

/* Splits ADDR PORT ADDR PORT. Returns false if there are not four words. */
static bool split(char *text, const char *word[static 4])
{
	for (int i = 0; i < 4; i++) {
		char *blank = strchr(text, ' ');

		word[i] = text;
		if (!blank != (i == 3))
			return false;
		if (blank) {
			*blank = '\0';
			text = blank + 1;
		}
	}
	return true;
}

static bool read_connection(const char *text, struct packet *packet)
{
	char copy[WORDS_MAX];
	const char *word[4];

	if (strlen(text) >= sizeof copy)
		return false;
	memcpy(copy, text, strlen(text) + 1);
	return split(copy, word) && read_address(word[0], strlen(word[0]), &packet->source) &&
	       read_port(word[1], &packet->source_port) &&
	       read_address(word[2], strlen(word[2]), &packet->destination) &&
	       read_port(word[3], &packet->destination_port) &&
	       packet->source.family == packet->destination.family;
}

bool guarded_read(const char *text, struct guarded *guarded)
{
	struct packet *packet = &guarded->packet;

	*guarded = (struct guarded){0};
	packet->transport = (struct byte){true, IPPROTO_TCP};
	if (!(strchr(text, ' ') ? read_connection(text, packet) : read_peer(text, packet)))
		return false;
	packet->family = packet->source.family;
	return true;
}

/* ---- ancestors ---- */

/*
 * Appends a file of a process to a buffer. Returns false if it can't be read. Every change comes
 * here, so it makes few system calls: /proc returns less than was asked for only at the end.
 */
static bool read_process(pid_t process, const char *name, struct buffer *text)
{
	char path[64] = "/proc/";
	size_t length = strlen(path);
	ssize_t got = CHUNK;
	int file;

	length += decimal_text((uint64_t)process, path + length);
	memcpy(path + length, name, strlen(name) + 1);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	while (got == CHUNK && text->length < ENVIRONMENT_MOST) {
		got = read(file, buffer_reserve(text, CHUNK), CHUNK);
		if (got > 0)
			buffer_advance(text, (size_t)got);
	}
	close(file);
	return got >= 0;
}

/* Reads the number after the last parenthesis and the state: a program's name may contain
 * anything. Returns 0 if it can't be read. */
static pid_t parent_of(pid_t process, struct buffer *text)
{
	const char *at;
	pid_t parent = 0;

	buffer_reset(text);
	if (!read_process(process, "/stat", text))
		return 0;
	at = strrchr(buffer_text(text), ')');
	if (!at || strlen(at) <= 4)
		return 0;
	for (at += 4; *at >= '0' && *at <= '9'; at++)
		parent = parent * 10 + (*at - '0');
	return parent;
}

static bool find_in(pid_t process, struct buffer *text, struct guarded *guarded)
{
	const char *at;
	const char *end;
	bool found = false;

	buffer_reset(text);
	if (!read_process(process, "/environ", text))
		return false;
	at = buffer_text(text);
	end = at + text->length;
	for (; at < end && !found; at += strlen(at) + 1)
		found = !strncmp(at, VARIABLE, strlen(VARIABLE)) &&
		        guarded_read(at + strlen(VARIABLE), guarded);
	return found;
}

/*
 * Returns the leader of a process's session, or the parent of a leader. Processes in between have
 * the leader's environment or less: sshd starts a session for each connection, and so do terminals
 * and sudo.
 */
static pid_t ancestor_of(pid_t process, struct buffer *text)
{
	pid_t leader = getsid(process);

	/* A leader that has ended or is in another PID namespace is not found. */
	if (leader > 0 && leader != process && getsid(leader) == leader)
		return leader;
	return parent_of(process, text);
}

bool guarded_find(struct guarded *guarded)
{
	const char *own = getenv("SSH_CONNECTION");
	pid_t process = getppid();
	struct buffer text = {0};
	bool found = false;

	if (own)
		return guarded_read(own, guarded);
	for (int i = 0; !found && process > 1 && i < ANCESTORS_MOST; i++) {
		found = find_in(process, &text, guarded);
		if (!found)
			process = ancestor_of(process, &text);
	}
	buffer_free(&text);
	return found;
}
