/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The standard descriptors are shared with other programs, which may have set O_NONBLOCK. */
#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

int streams_secure(void)
{
	signal(SIGXFSZ, SIG_IGN);
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
		if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* open() returns the lowest free number, which is this one. */
		if (open("/", O_PATH | O_DIRECTORY) != descriptor)
			return -1;
	}
	return 0;
}

bool stream_is_writable(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFL);

	return flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
}

/* If the call failed because the descriptor is not ready, waits for it and returns true. */
static bool is_temporary(int descriptor, short event)
{
	struct pollfd ready = {.fd = descriptor, .events = event};

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

int stream_write(int descriptor, const void *data, size_t size)
{
	const char *from = data;

	while (size) {
		ssize_t written = write(descriptor, from, size);

		if (written < 0 && !is_temporary(descriptor, POLLOUT))
			return -1;
		if (written < 0)
			continue;
		from += written;
		size -= (size_t)written;
	}
	return 0;
}

ssize_t stream_read(int descriptor, void *memory, size_t size)
{
	ssize_t length;

	do {
		length = read(descriptor, memory, size);
	} while (length < 0 && is_temporary(descriptor, POLLIN));
	return length;
}
