/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads each set of names at its first lookup. */
#include "names/names.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/vector.h"
#include "names/set.h"

struct names {
	char *etc, *usr;
	struct set *sets[NAMES_SETS]; /* NULL: not read yet */
	struct device_source devices;
	struct vector absent; /* char *: names of devices that do not exist */
	char *bad_line;
	char *failure;
};

struct names *names_new_in(const char *etc, const char *usr)
{
	struct names *names = memory_get(sizeof *names);

	names->absent.size = sizeof(char *);
	names->etc = memory_string(etc);
	names->usr = memory_string(usr);
	return names;
}

struct names *names_new(void)
{
	return names_new_in("/etc/iproute2", "/usr/share/iproute2");
}

void names_free(struct names *names)
{
	for (int i = 0; i < NAMES_SETS; i++) {
		if (names->sets[i])
			vector_free(&names->sets[i]->entries);
		free(names->sets[i]);
	}
	for (size_t i = 0; i < names->absent.count; i++)
		free(*(char **)vector_at(&names->absent, i));
	vector_free(&names->absent);
	free(names->etc);
	free(names->usr);
	free(names->bad_line);
	free(names->failure);
	free(names);
}

const char *names_bad_line(const struct names *names)
{
	return names->bad_line;
}

const char *names_failure(const struct names *names)
{
	return names->failure;
}

static void keep_first(char **first, char *other)
{
	if (*first)
		free(other);
	else
		*first = other;
}

static struct set *names_read(struct names *names, enum name_set which)
{
	struct set *set = names->sets[which];
	char *bad_line;
	char *failure;

	if (set)
		return set;
	set = names->sets[which] = memory_get(sizeof *set);
	bad_line = set_read(set, which, names->etc, names->usr, &failure);
	keep_first(&names->bad_line, bad_line);
	keep_first(&names->failure, failure);
	return set;
}

/* A number needs no lookup and no file. (Only rt_dsfield has a name of digits: "0" for 0.) */
static bool is_number(const char *word)
{
	return *word >= '1' && *word <= '9' && !word[strspn(word, "0123456789")];
}

bool names_number(struct names *names, enum name_set set, const char *name, uint32_t *number)
{
	const struct entry *entry =
		is_number(name) ? NULL : set_by_name(names_read(names, set), set, name);

	if (!entry)
		return false;
	*number = entry->number;
	return true;
}

const char *names_listed(struct names *names, enum name_set set, uint32_t number)
{
	const struct entry *entry = set_by_number(names_read(names, set), number);

	return entry ? entry->name : NULL;
}

const char *names_name(struct names *names, enum name_set set, uint32_t number)
{
	struct entry *entry = set_by_number(names_read(names, set), number);
	uint32_t back;

	if (entry && entry->leads == LEADS_UNKNOWN)
		entry->leads = names_number(names, set, entry->name, &back) && back == number
		                       ? LEADS_BACK
		                       : LEADS_ELSEWHERE;
	return entry && entry->leads == LEADS_BACK ? entry->name : NULL;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = *(const struct entry *const *)a;
	const struct entry *right = *(const struct entry *const *)b;

	return left->number < right->number ? -1 : left->number > right->number;
}

void names_all(struct names *names, enum name_set set,
	void (*each)(uint32_t number, const char *name, void *argument), void *argument)
{
	const struct set *known = names_read(names, set);
	const struct entry **sorted = memory_get((known->entries.count + 1) * sizeof *sorted);

	for (size_t i = 0; i < known->entries.count; i++)
		sorted[i] = vector_at(&known->entries, i);
	qsort(sorted, known->entries.count, sizeof *sorted, compare_entries);
	for (size_t i = 0; i < known->entries.count; i++) {
		/* Files repeat the built-in names. */
		if (!i || strcmp(sorted[i]->name, sorted[i - 1]->name))
			each(sorted[i]->number, sorted[i]->name, argument);
	}
	free(sorted);
}

struct search {
	struct nearest nearest;
	const char *typed;
};

static void search_try(uint32_t number, const char *name, void *argument)
{
	struct search *search = argument;

	(void)number;
	nearest_try(&search->nearest, search->typed, name);
}

const char *names_nearest(struct names *names, enum name_set set, const char *typed)
{
	struct search search = {.typed = typed};

	names_all(names, set, search_try, &search);
	return search.nearest.word;
}

bool names_user(const char *name, uint32_t *number)
{
	const struct passwd *user = getpwnam(name);

	if (user)
		*number = user->pw_uid;
	return user != NULL;
}

void names_devices(struct names *names, struct device_source source)
{
	names->devices = source;
}

uint32_t names_device_index(struct names *names, const char *name)
{
	uint32_t index =
		names->devices.index ? names->devices.index(names->devices.context, name) : 0;
	unsigned int number;
	char end;

	/* The name of a device that no longer exists. */
	if (!index && sscanf(name, "if%u%c", &number, &end) == 1)
		index = number;
	return index;
}

uint32_t names_device_class(struct names *names, const char *name)
{
	return names->devices.class ? names->devices.class(names->devices.context, name) : 0;
}

uint32_t names_device_absent(struct names *names, const char *name)
{
	char *copy;
	size_t i = 0;

	while (i < names->absent.count && strcmp(*(char **)vector_at(&names->absent, i), name) != 0)
		i++;
	if (i == names->absent.count) {
		copy = memory_string(name);
		vector_push(&names->absent, &copy);
	}
	return INT32_MAX - (uint32_t)i;
}

bool names_device_is_absent(const struct names *names, uint32_t index)
{
	return index <= INT32_MAX && INT32_MAX - index < names->absent.count;
}

const char *names_device_name(struct names *names, uint32_t index, char spare[16])
{
	const char *name =
		names->devices.name ? names->devices.name(names->devices.context, index) : NULL;

	if (name)
		return name;
	if (names_device_is_absent(names, index))
		return *(char **)vector_at(&names->absent, INT32_MAX - index);
	snprintf(spare, 16, "if%u", index);
	return spare;
}

void names_device_all(
	struct names *names, void (*each)(const char *name, void *argument), void *argument)
{
	if (names->devices.all)
		names->devices.all(names->devices.context, each, argument);
}
