/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the files of names: the bytes are each of them in turn; a name that a number is shown by
 * leads back to it. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "names/names.h"

#define FOLDER "/fuzz/"

static const char *const files[] = {FOLDER "etc/rt_tables", FOLDER "etc/rt_protos",
	FOLDER "etc/rt_scopes", FOLDER "etc/rt_realms", FOLDER "etc/rt_dsfield", FOLDER "etc/group",
	FOLDER "etc/../protocols", FOLDER "etc/../services"};

/* The one file of the folder. */
static struct {
	const char *path;
	const uint8_t *data;
	size_t size;
} present;

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_scandir(const char *path, struct dirent ***entries,
	int (*select)(const struct dirent *entry),
	int (*compare)(const struct dirent **a, const struct dirent **b));

/* The linker's --wrap leads here what reads files and folders. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (strncmp(path, FOLDER, strlen(FOLDER)) != 0)
		return __real_fopen(path, mode);
	if (!strcmp(path, present.path))
		return fmemopen((void *)(uintptr_t)present.data, present.size, mode);
	errno = ENOENT;
	return NULL;
}

int __wrap_scandir(const char *path, struct dirent ***entries,
	int (*select)(const struct dirent *entry),
	int (*compare)(const struct dirent **a, const struct dirent **b))
{
	(void)path;
	(void)entries;
	(void)select;
	(void)compare;
	errno = ENOENT;
	return -1;
}

struct check {
	struct names *names;
	enum name_set set;
};

static void check_name(uint32_t number, const char *name, void *argument)
{
	const struct check *check = argument;
	const char *shown = names_name(check->names, check->set, number);
	uint32_t back;

	if (!*name)
		abort();
	if (shown && (!names_number(check->names, check->set, shown, &back) || back != number))
		abort();
}

/* The first byte says which file the rest is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct check check;
	size_t which;

	if (!size)
		return 0;
	which = data[0] % (sizeof files / sizeof *files);
	check.set = NAMES_TABLES + which;
	present.path = files[which];
	present.data = data + 1;
	present.size = size - 1;
	check.names = names_new_in(FOLDER "etc", FOLDER "usr");
	names_all(check.names, check.set, check_name, &check);
	names_nearest(check.names, check.set, "mian");
	names_free(check.names);
	return 0;
}
