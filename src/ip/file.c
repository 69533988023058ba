/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads ip's files of routes and rules. */
#include "ip/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/streams.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"

enum { CHUNK = 256 * 1024 };

int ip_file_check(int descriptor, struct error *error)
{
	if (!isatty(descriptor))
		return 0;
	return ip_error(error, IP_FAILED,
		descriptor == STDIN_FILENO ? "Can't restore a dump from a terminal"
					   : "Not sending a binary stream to stdout");
}

static int read_all(struct buffer *bytes, struct error *error)
{
	for (;;) {
		ssize_t length = stream_read(STDIN_FILENO, buffer_reserve(bytes, CHUNK), CHUNK);

		if (length < 0)
			return ip_error(
				error, IP_FAILED, "Failed to restore: read: %s", strerror(errno));
		if (!length)
			return 0;
		buffer_advance(bytes, (size_t)length);
	}
}

/* Returns true if each message is complete and has the header of a route or rule. */
static bool are_whole(const struct buffer *messages, const struct object *object)
{
	struct message_walk walk = {messages->data, messages->length};
	const struct nlmsghdr *message;

	while ((message = message_next(&walk)))
		if (message->nlmsg_len < NLMSG_HDRLEN + object->header_size)
			return false;
	return !walk.length;
}

int ip_file_read(uint32_t magic, struct buffer *messages, struct error *error)
{
	uint32_t found = 0;

	if (ip_file_check(STDIN_FILENO, error) || read_all(messages, error))
		return -1;
	if (messages->length >= sizeof found)
		memcpy(&found, messages->data, sizeof found);
	if (found != magic)
		return ip_error(error, IP_FAILED, "Magic mismatch (%d elems, %x magic)",
			messages->length >= sizeof found, found);
	messages->length -= sizeof found;
	memmove(messages->data, messages->data + sizeof found, messages->length);
	if (!are_whole(messages, magic == IP_FILE_ROUTES ? &route_object : &rule_object))
		return ip_error(error, IP_REFUSED, "rtnl-from_file: truncated message");
	return 0;
}
