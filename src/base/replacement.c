/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes beside the old file, syncs, and renames over it. */
#include "base/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

static int refuse(const char *path, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "cannot write %s: %s", path, strerror(errno));
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

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

int replacement_open(struct replacement *replacement, const char *path, struct error *error)
{
	char *resolved = realpath(path, NULL);
	struct stat old;
	int status;

	*replacement = (struct replacement){.path = resolved ? resolved : memory_string(path)};
	if (!resolved && errno != ENOENT) {
		refuse(path, error);
		release(replacement);
		return -1;
	}
	if (resolved && !stat(resolved, &old) && !S_ISREG(old.st_mode)) {
		replacement->descriptor = open(resolved, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		status = replacement->descriptor < 0 ? -1 : 0;
	} else {
		status = open_temporary(replacement, resolved ? &old : NULL);
	}
	if (!status)
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
