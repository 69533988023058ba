/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes beside the old file, syncs, and renames over it. */
#include "base/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/limits.h>
#include <linux/magic.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

static int refuse(const char *path, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "cannot write %s: %s", path, strerror(errno));
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* ---- which file it is ---- */

static bool is_in_proc(const char *path)
{
	size_t folder = folder_length(path);
	char *name = folder ? strndup(path, folder) : memory_string(".");
	struct statfs system;
	bool in_proc = name && !statfs(name, &system) && system.f_type == PROC_SUPER_MAGIC;

	free(name);
	return in_proc;
}

/*
 * Follows the links of the last component; the file itself need not exist. A link in /proc stands
 * for an open file (/dev/stdout), which may have no name, or one that means another file now: it is
 * not followed, and *is_open is set. Returns NULL with errno if there are too many links.
 */
static char *follow_links(const char *path, bool *is_open)
{
	char *name = memory_string(path);

	for (int links = 0; links < LINKS_MAX; links++) {
		char target[PATH_MAX];
		ssize_t length = readlink(name, target, sizeof target);
		struct buffer next = {0};

		if (length < 0 || length == sizeof target)
			return name;
		*is_open = is_in_proc(name);
		if (*is_open)
			return name;
		if (*target != '/')
			buffer_add(&next, name, folder_length(name));
		buffer_add(&next, target, (size_t)length);
		buffer_text(&next);
		free(name);
		name = next.data;
	}
	free(name);
	errno = ELOOP;
	return NULL;
}

/* A file that this program has open itself is continued where it is. */
static int open_again(const char *path)
{
	int number = (int)strtol(path + folder_length(path), NULL, 10);
	struct stat here, named;

	if (!stat(path, &named) && !fstat(number, &here) && here.st_dev == named.st_dev &&
		here.st_ino == named.st_ino)
		return fcntl(number, F_DUPFD_CLOEXEC, 0);
	return open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
}

/* ---- writing ---- */

static char *temporary_name(const char *path)
{
	size_t folder = folder_length(path);
	struct buffer name = {0};

	buffer_format(&name, "%.*s.%s.XXXXXX", (int)folder, path, path + folder);
	buffer_text(&name);
	return name.data;
}

static mode_t new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Keeps the owner if the program may change it. */
static int copy_owner(int descriptor, const struct stat *old)
{
	if (fchown(descriptor, old->st_uid, old->st_gid) && errno != EPERM)
		return -1;
	return fchmod(descriptor, old->st_mode & 07777);
}

static int open_temporary(struct replacement *replacement, const struct stat *old)
{
	replacement->temporary = temporary_name(replacement->path);
	replacement->descriptor = mkostemp(replacement->temporary, O_CLOEXEC);
	if (replacement->descriptor < 0)
		return -1;
	if (!(old ? copy_owner(replacement->descriptor, old)
		  : fchmod(replacement->descriptor, new_mode())))
		return 0;
	unlink(replacement->temporary);
	close(replacement->descriptor);
	return -1;
}

static void release(struct replacement *replacement)
{
	free(replacement->path);
	free(replacement->temporary);
	*replacement = (struct replacement){.descriptor = -1};
}

/* Opens a name that is no link. Returns 0, or -1 with errno. */
static int open_named(struct replacement *replacement, const char *name)
{
	char *resolved = realpath(name, NULL);
	struct stat old;

	if (!resolved && errno != ENOENT)
		return -1;
	replacement->path = resolved ? resolved : memory_string(name);
	if (resolved && stat(resolved, &old))
		return -1;
	if (!resolved || S_ISREG(old.st_mode))
		return open_temporary(replacement, resolved ? &old : NULL);
	replacement->descriptor = open(resolved, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return replacement->descriptor < 0 ? -1 : 0;
}

static int open_file(struct replacement *replacement, const char *path)
{
	bool is_open = false;
	char *name = follow_links(path, &is_open);
	int status;

	if (!name)
		return -1;
	if (!is_open) {
		status = open_named(replacement, name);
		free(name);
		return status;
	}
	replacement->path = name;
	replacement->descriptor = open_again(name);
	return replacement->descriptor < 0 ? -1 : 0;
}

int replacement_open(struct replacement *replacement, const char *path, struct error *error)
{
	*replacement = (struct replacement){.descriptor = -1};
	if (!open_file(replacement, path))
		return 0;
	refuse(path, error);
	release(replacement);
	return -1;
}

/* The new name is on disk once its folder is. */
static void sync_folder(const char *path)
{
	size_t length = folder_length(path);
	char *folder = length ? strndup(path, length) : memory_string(".");
	int descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
	free(folder);
}

int replacement_commit(struct replacement *replacement, struct error *error)
{
	/* A file that is not regular may not support fsync(). */
	bool failed = replacement->temporary && fsync(replacement->descriptor);

	if (!failed)
		failed = close(replacement->descriptor);
	else
		close(replacement->descriptor);
	if (!failed && replacement->temporary)
		failed = rename(replacement->temporary, replacement->path);
	if (failed) {
		refuse(replacement->path, error);
		if (replacement->temporary)
			unlink(replacement->temporary);
	} else if (replacement->temporary) {
		sync_folder(replacement->path);
	}
	release(replacement);
	return failed ? -1 : 0;
}

void replacement_abandon(struct replacement *replacement)
{
	close(replacement->descriptor);
	if (replacement->temporary)
		unlink(replacement->temporary);
	release(replacement);
}
