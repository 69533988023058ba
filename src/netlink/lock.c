/* An abstract socket: its name is there once in each network namespace, and goes with the process.
 */
#include "netlink/lock.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum { PAUSE_MILLISECONDS = 2 };

struct lock {
	int descriptor;
};

static int bind_name(int descriptor, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s", name);

	return bind(descriptor, (const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length));
}

struct lock *lock_take(const char *name, int milliseconds)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MILLISECONDS * 1000000L};
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct lock *lock;

	while (descriptor >= 0 && bind_name(descriptor, name)) {
		milliseconds -= PAUSE_MILLISECONDS;
		if (milliseconds < 0) {
			close(descriptor);
			return NULL;
		}
		nanosleep(&pause, NULL);
	}
	if (descriptor < 0)
		return NULL;
	lock = memory_get(sizeof *lock);
	lock->descriptor = descriptor;
	return lock;
}

void lock_give(struct lock *lock)
{
	if (!lock)
		return;
	close(lock->descriptor);
	free(lock);
}
