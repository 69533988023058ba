/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An index of kept records by a key: groups of equals, each in the kernel's order. With the
 * kernel's own key (message_key()), equals differ for the kernel only in their order: routes with
 * the same class, destination, tos and metric; rules with the same preference. A group that changes
 * remembers its earlier content.
 */
#ifndef CHANGE_GROUPS_H
#define CHANGE_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/vector.h"
#include "change/kept.h"
#include "netlink/message.h"

enum list_kind {
	LIST_NOW,    /* as the changes prepared so far will leave the group */
	LIST_BEFORE, /* as it was, once touched */
	LIST_OURS,   /* everything that a change has ever put into it */
	LIST_KINDS,
};

/* Entries in order, by index plus one; 0: empty. */
struct group_list {
	uint32_t first, last;
};

struct group_entry {
	uint32_t record;         /* its number */
	uint32_t next, previous; /* index of an entry, plus one; 0: none */
	uint32_t list : 31;      /* the list that it belongs to: see groups.c */
	uint32_t used : 1;       /* for pair.c: matched with an entry of another group */
};

struct group {
	uint32_t key;       /* number of a record with the key */
	uint32_t neighbour; /* index of the next with the same destination, plus one; 0: none */
	uint32_t twin;      /* index of the next with the same destination and metric, plus one; 0:
	                       none */
	uint8_t indexed;    /* the lists in groups->contents, one bit each */
	bool touched;
	struct group_list list[LIST_KINDS];
};

struct groups {
	struct kept_list *records; /* borrowed */
	/* Writes the key of a message into zeroed memory; `types`: the member below. */
	void (*key)(const struct nlmsghdr *message, uint64_t types, struct message_key *key);
	uint64_t types;
	struct vector entries;  /* struct group_entry */
	struct vector groups;   /* struct group, in the order in which they were made */
	struct hash_table keys; /* groups by their key */
	/* Made when first needed: the first group of each destination, and of each destination and
	 * metric. */
	struct hash_table near, nearer;
	struct hash_table contents; /* entries of long lists, by content */
};

/* Returns groups by the kernel's own key. `records` is borrowed. */
struct groups groups_new(struct kept_list *records);
void groups_free(struct groups *groups);
/* Rebuilds the index after keys have changed in place. */
void groups_rehash(struct groups *groups);

/* Returns the group of a record; makes an empty one if there is none. All returned groups are valid
 * until the next group is made. */
struct group *groups_of(struct groups *groups, uint32_t record);
/* Returns the group of a message, or NULL if there is none. */
struct group *groups_find(const struct groups *groups, const struct nlmsghdr *message);
/*
 * Calls `each` for the groups of routes with the class and destination of a message (and with its
 * metric, if `metric`), until it returns false.
 */
void groups_near(struct groups *groups, const struct nlmsghdr *message, bool metric,
	bool (*each)(const struct group *group, void *context), void *context);

/* Returns an entry. Here and below, indexes count from 1, as in struct group_list. */
const struct group_entry *groups_entry(const struct groups *groups, uint32_t index);
/* Returns the record of an entry. */
const struct kept *groups_kept(const struct groups *groups, uint32_t index);
/* Sets the mark of an entry. */
void groups_use(struct groups *groups, uint32_t index, bool used);
/* Puts a record after (or before) the others in a list of its group. */
void groups_put(struct groups *groups, struct group *group, enum list_kind kind, uint32_t record,
	bool first);
/* Returns the index of the first entry of a list with the same content, in constant time; 0 if
 * there is none. */
uint32_t groups_search(
	struct groups *groups, struct group *group, enum list_kind kind, const struct kept *kept);
/* Removes the entry with this index from a list of its group. */
void groups_take(struct groups *groups, struct group *group, enum list_kind kind, uint32_t index);
/* Remembers the current state of the group, once. Returns false if that was done before. */
bool groups_touch(struct groups *groups, struct group *group);

#endif
