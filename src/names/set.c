/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries are hashed by name and by number; in a slot the newest comes first. */
#include "names/set.h"

#include <stdio.h>
#include <string.h>

static unsigned int name_slot(const char *name)
{
	unsigned int hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return (hash ^ hash >> 10) % SET_SLOTS;
}

bool set_add(struct set *set, uint32_t number, const char *name)
{
	struct entry entry = {.number = number};
	unsigned int slot = name_slot(name);

	if (!*name || strlen(name) >= sizeof entry.name)
		return false;
	snprintf(entry.name, sizeof entry.name, "%s", name);
	entry.older_name = set->name[slot];
	entry.older_number = set->number[number % SET_SLOTS];
	set->entries.size = sizeof entry;
	vector_push(&set->entries, &entry);
	set->name[slot] = set->number[number % SET_SLOTS] = (int)set->entries.count;
	return true;
}

static struct entry *set_entry(const struct set *set, int index_plus_one)
{
	return index_plus_one ? vector_at(&set->entries, (size_t)index_plus_one - 1) : NULL;
}

struct entry *set_by_number(const struct set *set, uint32_t number)
{
	struct entry *entry = set_entry(set, set->number[number % SET_SLOTS]);

	while (entry && entry->number != number)
		entry = set_entry(set, entry->older_number);
	return entry;
}

/*
 * If several numbers have one name, `ip` finds the one that comes first in its array of 256 names,
 * or in its 256 lists of tables and groups, and within a list the newest. A name that another one
 * has replaced counts only if there is no such number.
 */
static bool comes_first(const struct set *set, enum name_set which, const struct entry *entry,
	const struct entry *other)
{
	bool listed = which == NAMES_TABLES || which == NAMES_GROUPS;
	bool shown = set_by_number(set, entry->number) == entry;
	bool other_shown = set_by_number(set, other->number) == other;

	if (listed)
		return entry->number % 256 < other->number % 256;
	return shown == other_shown ? entry->number < other->number : shown;
}

const struct entry *set_by_name(const struct set *set, enum name_set which, const char *name)
{
	const struct entry *entry = set_entry(set, set->name[name_slot(name)]);
	const struct entry *first = NULL;

	for (; entry; entry = set_entry(set, entry->older_name))
		if (!strcmp(entry->name, name) && (!first || comes_first(set, which, entry, first)))
			first = entry;
	return first;
}
