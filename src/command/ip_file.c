/* Reading ip's files of routes and rules. */
#include "command/ip_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

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
		ssize_t length = read(STDIN_FILENO, buffer_reserve(bytes, CHUNK), CHUNK);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return ip_error(
				error, IP_FAILED, "Failed to restore: read: %s", strerror(errno));
		if (!length)
			return 0;
		buffer_advance(bytes, (size_t)length);
	}
}

int ip_file_read(uint32_t magic, struct buffer *messages, struct error *error)
{
	uint32_t found = 0;
	const struct nlmsghdr *message;
	int rest;

	if (ip_file_check(STDIN_FILENO, error) || read_all(messages, error))
		return -1;
	if (messages->length >= sizeof found)
		memcpy(&found, messages->data, sizeof found);
	if (found != magic)
		return ip_error(error, IP_FAILED, "Magic mismatch (%d elems, %x magic)",
			messages->length >= sizeof found, found);
	messages->length -= sizeof found;
	memmove(messages->data, messages->data + sizeof found, messages->length);
	rest = (int)messages->length;
	message = (const struct nlmsghdr *)messages->data;
	while (mnl_nlmsg_ok(message, rest))
		message = mnl_nlmsg_next(message, &rest);
	if (rest > 0)
		return ip_error(error, IP_REFUSED, "rtnl-from_file: truncated message");
	return 0;
}
