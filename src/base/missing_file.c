/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks into the folder of a file that does not exist. */
#include "base/missing_file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/words.h"

/* Adds the folder of a name, with the slash at its end; nothing for the current one. */
static void add_folder(struct buffer *out, const char *name)
{
	const char *slash = strrchr(name, '/');

	if (slash)
		buffer_add(out, name, (size_t)(slash + 1 - name));
}

/* Adds the entry of a folder whose name is nearest to `typed`. */
static void add_nearest(struct buffer *out, DIR *folder, const char *typed)
{
	struct nearest nearest = {0};
	const struct dirent *entry;
	char name[sizeof entry->d_name];

	while ((entry = readdir(folder))) {
		const char *before = nearest.word;

		if (*entry->d_name == '.' || entry->d_type == DT_DIR)
			continue;
		nearest_try(&nearest, typed, entry->d_name);
		/* The entry is overwritten by the next one. */
		if (nearest.word != before) {
			memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
			nearest.word = name;
		}
	}
	buffer_string(out, nearest.word ? name : "");
}

static int hint(const char *name, size_t from, struct error *error)
{
	const char *slash = strrchr(name, '/');
	struct buffer path = {0}, quoted = {0};
	DIR *folder;
	size_t length;

	add_folder(&path, name);
	word_quote(&quoted, path.length ? buffer_text(&path) : ".");
	folder = opendir(path.length ? buffer_text(&path) : ".");
	if (!folder && (errno == ENOENT || errno == ENOTDIR))
		error_hint(error, "there is no folder %s", buffer_text(&quoted));
	if (folder) {
		length = path.length;
		add_nearest(&path, folder, slash ? slash + 1 : name);
		closedir(folder);
		if (path.length > length)
			error_hint(error, "did you mean \"%s\"?", buffer_text(&path) + from);
		else
			error_hint(error, "`ls %s` lists the files there", buffer_text(&quoted));
	}
	buffer_free(&path);
	buffer_free(&quoted);
	return -1;
}

int missing_file_hint(const char *name, size_t from, struct error *error)
{
	int number = errno;

	hint(name, from, error);
	errno = number;
	return -1;
}
