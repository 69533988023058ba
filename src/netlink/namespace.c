/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters a named network namespace. */
#include "netlink/namespace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

int namespace_enter(const char *name, struct error *error)
{
	char path[PATH_MAX];
	int descriptor;
	int status;

	snprintf(path, sizeof path, "%s%s", strchr(name, '/') ? "" : "/run/netns/", name);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0) {
		error_set(error, STATUS_WORDS, "there is no network namespace \"%s\": %s: %s", name,
			path, strerror(errno));
		return error_hint(error, "`ip netns` lists them, `ip netns add %s` makes it", name);
	}
	status = setns(descriptor, CLONE_NEWNET);
	close(descriptor);
	if (!status)
		return 0;
	if (errno == EPERM)
		return error_set(error, STATUS_REFUSED,
			"entering a network namespace needs the capability CAP_SYS_ADMIN: run it "
			"as "
			"root, or with sudo");
	return error_set(
		error, STATUS_WORDS, "%s is not a network namespace: %s", path, strerror(errno));
}

void namespace_each(void (*each)(const char *name, void *context), void *context)
{
	DIR *directory = opendir("/run/netns");
	const struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (*entry->d_name != '.')
			each(entry->d_name, context);
	closedir(directory);
}
