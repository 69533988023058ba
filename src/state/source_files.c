/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A regular file is known by its device and number, whatever name it is opened by. */
#include "state/source_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/memory.h"

struct source {
	dev_t device;
	ino_t number;
};

struct script *source_files_top(const struct source_files *files)
{
	return *(struct script **)vector_at(&files->open, files->open.count - 1);
}

void source_files_pop(struct source_files *files)
{
	script_close(source_files_top(files));
	free(source_files_top(files));
	files->open.count--;
}

void source_files_close(struct source_files *files)
{
	while (files->open.count)
		source_files_pop(files);
	vector_free(&files->open);
	vector_free(&files->known);
}

/* Returns false if it is not a regular file. */
static bool identify(const struct script *script, struct source *source)
{
	struct stat status;

	if (fstat(script->descriptor, &status) || !S_ISREG(status.st_mode))
		return false;
	*source = (struct source){status.st_dev, status.st_ino};
	return true;
}

static bool same(const struct source *a, const struct source *b)
{
	return a->device == b->device && a->number == b->number;
}

/* Returns the state of the file on top before it was opened, and notes it. */
static enum source_state note(struct source_files *files)
{
	struct source source, other;

	if (!identify(source_files_top(files), &source))
		return SOURCE_NEW;
	for (size_t i = 0; i + 1 < files->open.count; i++)
		if (identify(*(struct script **)vector_at(&files->open, i), &other) &&
			same(&source, &other))
			return SOURCE_OPEN;
	for (size_t i = 0; i < files->known.count; i++)
		if (same(&source, vector_at(&files->known, i)))
			return SOURCE_KNOWN;
	files->known.size = sizeof source;
	vector_push(&files->known, &source);
	return SOURCE_NEW;
}

int source_files_push(
	struct source_files *files, const char *name, enum source_state *state, struct error *error)
{
	struct script *script = memory_get(sizeof *script);
	int number;

	files->open.size = sizeof script;
	vector_push(&files->open, &script);
	if (script_open(script, name, error)) {
		number = errno;
		source_files_pop(files);
		errno = number;
		return -1;
	}
	*state = note(files);
	if (*state != SOURCE_NEW)
		source_files_pop(files);
	return 0;
}
