/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds network managers by their processes, their files in /run and their configuration. */
#include "state/managers.h"

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* The names of the managers in /proc/PID/comm, which has at most 15 bytes. */
static const char *const process_names[] = {
	[MANAGER_NETWORKD] = "systemd-network",
	[MANAGER_NETWORKMANAGER] = "NetworkManager",
};

/* Returns true if a line of the file starts with `text`. */
static bool file_has(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char line[PATH_MAX];
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file))
		found = !strncmp(line, text, strlen(text));
	if (file)
		fclose(file);
	return found;
}

static bool is_process(const char *pid, const char *name, const struct stat *namespace)
{
	char path[64];
	struct stat other;

	snprintf(path, sizeof path, "/proc/%.16s/comm", pid);
	if (!file_has(path, name))
		return false;
	snprintf(path, sizeof path, "/proc/%.16s/ns/net", pid);
	return !stat(path, &other) && other.st_ino == namespace->st_ino &&
	       other.st_dev == namespace->st_dev;
}

bool manager_runs(enum manager manager)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	struct stat namespace;
	bool found = false;

	if (!processes)
		return false;
	if (!stat("/proc/thread-self/ns/net", &namespace))
		while (!found && (entry = readdir(processes)))
			found = strspn(entry->d_name, "0123456789") == strlen(entry->d_name) &&
			        is_process(entry->d_name, process_names[manager], &namespace);
	closedir(processes);
	return found;
}

bool manager_has_device(enum manager manager, uint32_t device)
{
	char path[64];

	if (manager == MANAGER_NETWORKD) {
		snprintf(path, sizeof path, "/run/systemd/netif/links/%u", device);
		return file_has(path, "NETWORK_FILE=");
	}
	snprintf(path, sizeof path, "/run/NetworkManager/devices/%u", device);
	return file_has(path, "managed=true");
}

/* systemd sorts the files of all folders together, by name. */
static int by_name(const void *left, const void *right)
{
	const char *a = *(char *const *)left, *b = *(char *const *)right;

	return strcmp(strrchr(a, '/'), strrchr(b, '/'));
}

/* The value of the last `OPTION=VALUE` of a file replaces `removes`. */
static void read_option(const char *path, const char *option, bool *removes)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(option);
	char line[PATH_MAX];

	while (file && fgets(line, sizeof line, file)) {
		const char *value = line + length;

		if (strncmp(line, option, length) != 0)
			continue;
		value += strspn(value, " \t");
		if (*value++ != '=')
			continue;
		value += strspn(value, " \t");
		*removes = !strchr("nNfF0", *value) && strncasecmp(value, "off", 3) != 0;
	}
	if (file)
		fclose(file);
}

bool networkd_removes(const char *option)
{
	static const char *const folders[] = {"/usr/lib", "/usr/local/lib", "/run", "/etc"};
	bool removes = true;
	glob_t found = {0};
	char path[128];

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/systemd/networkd.conf", folders[i]);
		read_option(path, option, &removes);
		snprintf(path, sizeof path, "%s/systemd/networkd.conf.d/*.conf", folders[i]);
		glob(path, i ? GLOB_APPEND : 0, NULL, &found);
	}
	if (found.gl_pathc)
		qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_name);
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_option(found.gl_pathv[i], option, &removes);
	globfree(&found);
	return removes;
}
