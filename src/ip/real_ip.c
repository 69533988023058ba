/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the real `ip`: the next one in PATH that isn't this program. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "ip/ip.h"

/* Searched if PATH has no `ip`, as in a cron job. */
static const char elsewhere[] = "/usr/sbin:/sbin:/usr/bin:/bin";

static bool is_another(const char *path, const struct stat *own)
{
	struct stat there;

	return !access(path, X_OK) && !stat(path, &there) && S_ISREG(there.st_mode) &&
	       (there.st_dev != own->st_dev || there.st_ino != own->st_ino);
}

static bool find_along(const char *folders, const struct stat *own, char path[PATH_MAX])
{
	while (folders && *folders) {
		size_t length = strcspn(folders, ":");

		snprintf(path, PATH_MAX, "%.*s/ip", (int)length, folders);
		if (length && is_another(path, own))
			return true;
		folders += length;
		folders += *folders == ':';
	}
	return false;
}

static int find_peer(char path[PATH_MAX], struct error *error)
{
	struct stat own = {0};

	if (!stat("/proc/self/exe", &own) &&
		(find_along(getenv("PATH"), &own, path) || find_along(elsewhere, &own, path)))
		return 0;
	return error_set(error, STATUS_NO, "there is no other program \"ip\" in PATH");
}

/* Makes argv of the real `ip`: its name, the words up to `count` except those of a batch, and
 * `more`. */
static char **make_arguments(const struct ip *ip, int count, const struct words *more)
{
	char **argument = memory_get(((size_t)count + (size_t)more->count + 2) * sizeof *argument);
	int to = 0;

	argument[to++] = (char *)"ip";
	for (int i = 0; i < count; i++) {
		bool of_batch = more->count && ip->batch &&
		                (i == ip->batch_word || i == ip->batch_word + 1);

		if (!of_batch)
			argument[to++] = (char *)ip->all[i];
	}
	for (int i = 0; i < more->count; i++)
		argument[to++] = (char *)more->word[i];
	return argument;
}

int ip_hand_over(const struct ip *ip, struct error *error)
{
	struct error refused = *error;
	char path[PATH_MAX];
	const struct words none = {.count = 0};
	char **argument;
	int count = 0;

	if (find_peer(path, error)) {
		/* An error about the words is more useful. */
		if (refused.status)
			*error = refused;
		return -1;
	}
	while (ip->all[count])
		count++;
	argument = make_arguments(ip, count, &none);
	session_flush(ip->session, true);
	/* streams_secure() has changed it. */
	signal(SIGXFSZ, SIG_DFL);
	execv(path, argument);
	free(argument);
	return error_set(error, STATUS_NO, "%s: %s", path, strerror(errno));
}

int ip_call(const struct ip *ip, const struct words *words, int *status, struct error *error)
{
	char path[PATH_MAX];
	char **argument;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	pid_t child;
	int number;

	if (find_peer(path, error))
		return -1;
	argument = make_arguments(ip, ip->option_count, words);
	session_flush(ip->session, true);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	number = posix_spawn(&child, path, NULL, &attributes, argument, environ);
	posix_spawnattr_destroy(&attributes);
	free(argument);
	if (number)
		return error_set(error, STATUS_NO, "%s: %s", path, strerror(number));
	while (waitpid(child, &number, 0) < 0 && errno == EINTR)
		continue;
	*status = WIFEXITED(number) ? WEXITSTATUS(number) : 128 + WTERMSIG(number);
	return 0;
}
