/*
 * Records as messages, in groups of equals: what the kernel tells apart only by its order. Routes
 * are equals with the same class, destination, tos and metric; rules with the same preference.
 * A group that changes remembers what it was before.
 */
#ifndef POLICY_GROUPS_H
#define POLICY_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "field/field.h"

/* What makes messages equals, in zeroed memory. With the same `near` alone they are neighbours:
 * routes of a destination. */
struct group_key {
	uint64_t near[5];
	uint64_t rest;
};

struct group_entry {
	uint32_t message; /* where it begins in messages, in units of NLMSG_ALIGNTO bytes */
	uint32_t next;    /* index of an entry, plus one; 0: the last */
};

/* Entries in order, by index plus one; 0: empty. */
struct group_list {
	uint32_t first, last;
};

struct group {
	uint32_t key; /* a message with the key, as in struct group_entry */
	bool touched;
	uint32_t neighbour;       /* index of the next, plus one */
	struct group_list now;    /* as the changes prepared so far will leave it */
	struct group_list before; /* as it was, once touched */
	struct group_list ours;   /* all that was ever put into it by a change */
};

struct group_slot {
	uint32_t hash;
	uint32_t group; /* index of a group, plus one; 0: free */
};

struct groups {
	/* Writes the key of a message into zeroed memory. */
	void (*key)(const struct nlmsghdr *message, uint64_t types, struct group_key *key);
	uint64_t types; /* for it: the attribute types that count, one bit each */
	struct buffer messages;
	struct vector entries;    /* struct group_entry */
	struct vector groups;     /* struct group, in the order in which they came up */
	struct group_slot *slots; /* by key */
	struct group_slot
		*near_slots; /* the first of neighbours, by what is near; once asked for */
	size_t slot_count;   /* of each, a power of two */
};

/* The preference of a rule's message. */
uint32_t rule_preference(const struct nlmsghdr *message);

/* What the kernel tells routes, or rules, apart by. */
void group_key_kernel(const struct nlmsghdr *message, uint64_t types, struct group_key *key);

struct groups groups_new(
	void (*key)(const struct nlmsghdr *message, uint64_t types, struct group_key *key),
	uint64_t types);
void groups_free(struct groups *groups);

/* A copy of the message for group_put(). */
uint32_t groups_keep(struct groups *groups, const struct nlmsghdr *message);
/* The same of a record, as adding it would send it; but a route through a nexthop object is kept as
 * one through what that holds, and the object's number is the message's pid. */
uint32_t groups_keep_record(struct groups *groups, const struct object *object, const void *record);
const struct nlmsghdr *groups_message(const struct groups *groups, uint32_t message);

/* The group of a message; NULL: there is none yet. Valid until the next is made. */
struct group *groups_find(const struct groups *groups, const struct nlmsghdr *message);
/* Calls `each` for the groups whose key is near that of the message, until it returns false. */
void groups_near(struct groups *groups, const struct nlmsghdr *message,
	bool (*each)(const struct group *group, void *context), void *context);
/* The group that a message kept belongs to. */
struct group *groups_of(struct groups *groups, uint32_t message);

const struct group_entry *groups_entry(const struct groups *groups, uint32_t index);
/* Puts a message kept behind (or before) the others of a list of its group. */
void groups_put(struct groups *groups, struct group_list *list, uint32_t message, bool first);
/* The entry with the same bytes gets the pid of the message: an owner's mark. */
void groups_mark(struct groups *groups, const struct nlmsghdr *message);
/* After keys have changed in place. */
void groups_rehash(struct groups *groups);
/* Takes the first entry out of a list that is not empty. */
void groups_drop(const struct groups *groups, struct group_list *list);
/* Takes the first entry with the same bytes out of a list. False: there is none. */
bool groups_take(struct groups *groups, struct group_list *list, const struct nlmsghdr *message);
/* Are both the same but for the netlink header? Of routes its pid counts, too. */
bool message_same(const struct nlmsghdr *a, const struct nlmsghdr *b);

/* Remembers what the group is now, unless it has been touched already: then false. */
bool groups_touch(struct groups *groups, struct group *group);

#endif
