/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record lock on /proc/sys/net/ipv4/route/flush, which is neither read nor written. Each network
 * namespace has its own file of that name. Its mode is 0200 and only an administrator of the
 * namespace can open it, so an ordinary user can't hold the lock. The kernel releases it when the
 * program ends, so nothing is left behind. And it works in the network namespace of an unprivileged
 * user, who can't write to /run.
 */
#include "netlink/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

#define LOCK_FILE "/proc/sys/net/ipv4/route/flush"

enum {
	PATIENCE = 1000,     /* milliseconds until the wait is reported */
	GIVE_UP = 30 * 1000, /* milliseconds until it fails */
	PAUSE_FIRST = 1,
	PAUSE_MOST = 32,
	HOLDER_MAX = 160,
};

struct lock {
	int descriptor;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads the command line of a process, with blanks between its words; empty if it can't be read. */
static void read_command(long process, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int descriptor;

	snprintf(path, sizeof path, "/proc/%ld/cmdline", process);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	length = descriptor < 0 ? 0 : read(descriptor, text, size - 1);
	if (descriptor >= 0)
		close(descriptor);
	text[length > 0 ? length : 0] = '\0';
	for (ssize_t i = 0; i < length; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			text[i] = ' ';
	for (; length > 0 && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
}

static void name_holder(int descriptor, char *holder, size_t size)
{
	struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char command[HOLDER_MAX - 40];

	/* A process of another PID namespace has no number here. */
	if (fcntl(descriptor, F_GETLK, &held) || held.l_type == F_UNLCK || held.l_pid <= 0) {
		snprintf(holder, size, "another process");
		return;
	}
	read_command(held.l_pid, command, sizeof command);
	snprintf(holder, size, "%s (process %ld)", *command ? command : "another process",
		(long)held.l_pid);
}

static int refuse(const char *holder, struct error *error)
{
	error_set(error, STATUS_REFUSED,
		"%s has been changing routes or rules of this network namespace for %d seconds",
		holder, GIVE_UP / 1000);
	return error_hint(error, "nothing was changed; try again when it has ended");
}

static int wait_for(int descriptor, void (*waiting)(void *context, const char *holder),
	void *context, struct error *error)
{
	struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct timespec pause = {0};
	int64_t start = now();
	int64_t milliseconds = PAUSE_FIRST;
	char holder[HOLDER_MAX];

	while (fcntl(descriptor, F_SETLK, &wanted)) {
		int64_t waited = now() - start;

		if (errno != EAGAIN && errno != EACCES)
			return error_set(
				error, STATUS_REFUSED, "%s: %s", LOCK_FILE, strerror(errno));
		if (waited >= PATIENCE)
			name_holder(descriptor, holder, sizeof holder);
		if (waited >= GIVE_UP)
			return refuse(holder, error);
		if (waited >= PATIENCE && waiting) {
			waiting(context, holder);
			waiting = NULL;
		}
		pause.tv_nsec = milliseconds * 1000000;
		nanosleep(&pause, NULL);
		milliseconds = milliseconds < PAUSE_MOST ? milliseconds * 2 : PAUSE_MOST;
	}
	return 0;
}

/* Returns true if this user or container can't have the lock. Other errors are a lack of
 * descriptors or memory. */
static bool is_unavailable(int number)
{
	return number == EACCES || number == EPERM || number == EROFS || number == ENOENT ||
	       number == ENOTDIR;
}

int lock_take(struct lock **lock, void (*waiting)(void *context, const char *holder), void *context,
	struct error *error)
{
	int descriptor = open(LOCK_FILE, O_WRONLY | O_CLOEXEC);

	*lock = NULL;
	if (descriptor < 0 && is_unavailable(errno))
		return 0;
	if (descriptor < 0)
		return error_set(error, STATUS_REFUSED, "%s: %s", LOCK_FILE, strerror(errno));
	if (wait_for(descriptor, waiting, context, error)) {
		close(descriptor);
		return -1;
	}
	*lock = memory_get(sizeof **lock);
	(*lock)->descriptor = descriptor;
	return 0;
}

void lock_give(struct lock *lock)
{
	if (!lock)
		return;
	close(lock->descriptor);
	free(lock);
}
