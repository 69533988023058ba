/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One set of names and numbers; both may occur more than once. Private to this folder. */
#ifndef NAMES_SET_H
#define NAMES_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "names/name_set.h"

enum {
	NAME_MAX_LENGTH = 64,
	SET_SLOTS = 1024, /* a power of two */
};

struct entry {
	uint32_t number;
	char name[NAME_MAX_LENGTH];
	int older_name,
		older_number; /* index of an older entry of the same slot, plus one; 0: none */
	enum {
		LEADS_UNKNOWN,
		LEADS_BACK,
		LEADS_ELSEWHERE
	} leads; /* whether the name is found for
	            the same number */
};

struct set {
	struct vector entries;                  /* struct entry, the newest last */
	int name[SET_SLOTS], number[SET_SLOTS]; /* index of the newest entry, plus one; 0: none */
};

/* Adds an entry. Returns false, and adds nothing, if the name is empty or too long. */
bool set_add(struct set *set, uint32_t number, const char *name);
/* Returns the entry that was added last for a number; NULL if there is none. */
struct entry *set_by_number(const struct set *set, uint32_t number);
/* Returns the entry that `ip` finds for a name (see names_number()); NULL if there is none. */
const struct entry *set_by_name(const struct set *set, enum name_set which, const char *name);
/*
 * Adds the built-in names and those in the files of a set. Returns "FILE:LINE" of the first line
 * that can't be read, or NULL. Sets *failure to "FILE: REASON" of the first existing file that was
 * not read, or to NULL. The caller frees both.
 */
char *set_read(struct set *set, enum name_set which, const char *etc_folder, const char *usr_folder,
	char **failure);

#endif
