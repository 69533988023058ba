/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the file of a change that waits to be confirmed, and runs the process that undoes it. */
#include "command/pending.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "base/replacement.h"
#include "base/streams.h"
#include "command/command.h"
#include "command/inverse.h"

#define PENDING_FOLDER "/run/iproute"
#define PENDING_HEAD   "# iproute pending "

enum {
	HEAD_MAX = 80, /* bytes of the first line: PENDING_HEAD DEADLINE COOKIE */
	READ_SIZE = 4096,
};

static const char change_name[] = "pending";
static const char rest_name[] = "rest"; /* see pending_find_rest() */

static int refuse(const char *what, const char *path, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "cannot %s %s: %s", what, path, strerror(errno));
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/*
 * The cookie is unique among all network namespaces since the machine started, unlike the inode; 0:
 * the kernel has none (before Linux 5.14).
 */
static int find_cookie(uint64_t *cookie, struct error *error)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	socklen_t length = sizeof *cookie;
	bool failed = descriptor < 0 ||
	              getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
	int number = errno;

	if (descriptor >= 0)
		close(descriptor);
	if (!failed)
		return 0;
	*cookie = 0;
	errno = number;
	return number == ENOPROTOOPT ? 0 : refuse("identify", "the network namespace", error);
}

/* The inode identifies the namespace while it exists. */
static int find_path(const char *name, char path[static 64], struct error *error)
{
	struct stat namespace;

	if (stat("/proc/self/ns/net", &namespace))
		return refuse("read", "/proc/self/ns/net", error);
	snprintf(path, 64, PENDING_FOLDER "/%s-%ju", name, (uintmax_t) namespace.st_ino);
	return 0;
}

/* ---- finding ---- */

/* Sets *length to the length of the first line. */
static bool read_head(struct pending *pending, uint64_t *cookie, size_t *length)
{
	char head[HEAD_MAX] = "";
	char *end = head;

	if (pread(pending->descriptor, head, sizeof head - 1, 0) < 0 ||
		strncmp(head, PENDING_HEAD, strlen(PENDING_HEAD)) != 0)
		return false;
	pending->deadline = strtoll(head + strlen(PENDING_HEAD), &end, 10);
	*cookie = strtoull(end, &end, 10);
	*length = (size_t)(end - head) + 1;
	return *end == '\n';
}

/* Returns true unless the file was removed or replaced while waiting for the lock. */
static bool is_current(const struct pending *pending)
{
	struct stat open, named;

	return !fstat(pending->descriptor, &open) && !stat(pending->path, &named) &&
	       open.st_ino == named.st_ino;
}

/* Opens the file and locks it. */
static int open_file(struct pending *pending, struct error *error)
{
	for (;;) {
		pending->descriptor = open(pending->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (pending->descriptor < 0)
			return errno == ENOENT || errno == EACCES || errno == ENOTDIR
			               ? 0
			               : refuse("read", pending->path, error);
		if (flock(pending->descriptor, LOCK_EX))
			return refuse("lock", pending->path, error);
		if (is_current(pending))
			return 0;
		pending_close(pending);
	}
}

static int find(struct pending *pending, const char *name, struct error *error)
{
	uint64_t cookie;
	uint64_t here;
	size_t length;

	*pending = (struct pending){.descriptor = -1};
	/* A container or rescue system may have neither /run nor /proc. */
	if (access(PENDING_FOLDER, F_OK) && errno == ENOENT)
		return 0;
	if (find_path(name, pending->path, error) || open_file(pending, error))
		return -1;
	if (pending->descriptor < 0)
		return 0;
	if (!read_head(pending, &cookie, &length))
		return error_set(error, STATUS_REFUSED, "%s is damaged; remove it", pending->path);
	if (find_cookie(&here, error))
		return -1;
	if (cookie == here)
		return 0;
	/* The file is of an earlier namespace with the same inode. */
	unlink(pending->path);
	pending_close(pending);
	return 0;
}

int pending_find(struct pending *pending, struct error *error)
{
	return find(pending, change_name, error);
}

int pending_find_rest(struct pending *pending, struct error *error)
{
	int status = find(pending, rest_name, error);

	pending->rest = true;
	return status;
}

void pending_close(struct pending *pending)
{
	if (pending->descriptor >= 0)
		close(pending->descriptor);
	pending->descriptor = -1;
}

unsigned int pending_left(const struct pending *pending)
{
	int64_t left = pending->deadline - now();

	return left > 0 ? (unsigned int)((left + 999) / 1000) : 0;
}

/* ---- making ---- */

static int write_file(
	const char *name, int64_t deadline, const struct buffer *lines, struct error *error)
{
	struct replacement file;
	char path[64], head[HEAD_MAX];
	uint64_t cookie;

	if (find_path(name, path, error) || find_cookie(&cookie, error))
		return -1;
	if (mkdir(PENDING_FOLDER, 0755) && errno != EEXIST)
		return refuse("make", PENDING_FOLDER, error);
	if (replacement_open(&file, path, error))
		return -1;
	snprintf(head, sizeof head, PENDING_HEAD "%" PRId64 " %" PRIu64 "\n", deadline, cookie);
	if (!stream_write(file.descriptor, head, strlen(head)) &&
		!stream_write(file.descriptor, lines->data, lines->length))
		return replacement_commit(&file, error);
	refuse("write", path, error);
	replacement_abandon(&file);
	return -1;
}

int pending_write(struct session *session, const struct transaction *transaction,
	unsigned int seconds, const struct buffer *earlier, struct error *error)
{
	struct buffer lines = {0};
	int status = -1;

	inverse_write(session, transaction, &lines);
	buffer_add(&lines, earlier->data, earlier->length);
	/* Lines with the number of a device instead of its name could not be read back. */
	if (!session_check_names(session, error))
		status = write_file(change_name, now() + (int64_t)seconds * 1000, &lines, error);
	buffer_free(&lines);
	return status;
}

int pending_write_rest(const struct buffer *lines, struct error *error)
{
	return write_file(rest_name, 0, lines, error);
}

int pending_read_file(struct pending *pending, struct buffer *lines, struct error *error)
{
	uint64_t cookie;
	size_t at = 0;
	ssize_t length = 1;

	read_head(pending, &cookie, &at);
	while (length) {
		length = pread(pending->descriptor, buffer_reserve(lines, READ_SIZE), READ_SIZE,
			(off_t)at);
		if (length < 0 && errno != EINTR)
			return refuse("read", pending->path, error);
		if (length > 0)
			buffer_advance(lines, (size_t)length);
		at += length > 0 ? (size_t)length : 0;
	}
	return 0;
}

int pending_read(struct buffer *lines, struct error *error)
{
	struct pending pending;
	int status = pending_find(&pending, error);

	if (!status && pending.descriptor >= 0)
		status = pending_read_file(&pending, lines, error);
	pending_close(&pending);
	return status;
}

static void drop(const struct session *session, const char *name, const char *hint)
{
	struct error warning;
	char path[64];

	if (find_path(name, path, &warning) || !unlink(path) || errno == ENOENT)
		return;
	refuse("remove", path, &warning);
	warning.status = STATUS_DONE;
	error_hint(&warning, "%s", hint);
	session->report(&warning);
}

void pending_drop(const struct session *session)
{
	drop(session, change_name, "remove it: it holds what would have undone the change");
}

void pending_drop_rest(const struct session *session)
{
	drop(session, rest_name, "remove it: it holds the rest of an earlier rollback");
}

/* ---- waiting ---- */

bool pending_wait(void)
{
	const struct timespec step = {.tv_nsec = 200000000};

	for (;;) {
		struct pending pending;
		struct error ignored;
		bool waits = !pending_find(&pending, &ignored) && pending.descriptor >= 0;
		bool due = waits && !pending_left(&pending);

		pending_close(&pending);
		if (!waits || due)
			return due;
		clock_nanosleep(CLOCK_BOOTTIME, 0, &step, NULL);
	}
}

/* Starts this program in its own session, so that it outlives the terminal. No open file is passed
 * on, above all no lock. */
int pending_watch(struct error *error)
{
	static const char *const words[] = {"iproute", "rollback", "due", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t child;

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i <= STDERR_FILENO; i++)
		posix_spawn_file_actions_addopen(&actions, i, "/dev/null", O_RDWR, 0);
	errno = posix_spawn(
		&child, "/proc/self/exe", &actions, &attributes, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return errno ? refuse("start", "/proc/self/exe", error) : 0;
}

/* ---- on a terminal ---- */

/* Shows the remaining seconds. Returns true if Enter is typed, or false once nothing waits any
 * more. */
static bool count_down(struct session *session)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	struct pending pending;
	struct error ignored;
	char text[128];
	char typed;

	for (;;) {
		unsigned int left = pending_find(&pending, &ignored) || pending.descriptor < 0
		                            ? 0
		                            : pending_left(&pending);

		pending_close(&pending);
		snprintf(text, sizeof text, "\rundone in %u s; Enter keeps it \033[K", left);
		session->notify(left ? text : "\r\033[K");
		if (!left)
			return false;
		if (poll(&input, 1, 1000) > 0)
			return read(STDIN_FILENO, &typed, 1) == 1;
	}
}

int pending_announce(struct session *session, struct error *error)
{
	static const char *const none[] = {NULL};
	struct words words = {.word = none};
	char text[160];

	session_unlock(session);
	session_flush(session, true);
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		snprintf(text, sizeof text,
			"undone in %u s, unless `iproute confirm` comes; `iproute rollback` undoes "
			"it at once\n",
			session->options.confirm);
		session->notify(text);
		return 0;
	}
	if (count_down(session))
		return command_confirm(session, NULL, &words, error);
	return error_set(error, STATUS_NO, "the change was not confirmed here");
}
