/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and edits single attributes of route and rule messages without decoding the record, for
 * code that handles millions of them. Numbers are in host byte order.
 */
#ifndef NETLINK_MESSAGE_H
#define NETLINK_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlattr;
struct nlmsghdr;

/* Returns the class of a route, or the class that a rule looks up; 0 if there is none. */
uint32_t message_class(const struct nlmsghdr *message);
/*
 * The kernel reports the type of a route with a nexthop object as RTN_BLACKHOLE if the object is a
 * black hole, whatever it was added as (fib_dump_info() in net/ipv4), but compares the type that it
 * was added as with that of a deletion. Makes a deletion of such a route match any type.
 */
void message_open_type(struct nlmsghdr *message);
/* Returns the preference of a rule; 0 if the message has none. */
uint32_t message_preference(const struct nlmsghdr *message);
/* Returns the family (AF_INET, AF_INET6 …) of a route or rule. */
uint8_t message_family(const struct nlmsghdr *message);

/*
 * The values by which the kernel distinguishes records: the preference of rules (in near); class
 * and destination (near), metric, source and tos (rest) of routes. Written into zeroed memory, so
 * that keys and their first parts can be compared as bytes.
 */
struct message_key {
	uint64_t near[3];
	uint64_t metric;
	uint64_t rest[3];
};
/* Writes the key of a message into zeroed memory. */
void message_key(const struct nlmsghdr *message, struct message_key *key);

/* Returns class and destination of an IPv4 route as one number. The kernel's trie is sorted by
 * it. */
uint64_t message_prefix(const struct nlmsghdr *message);
/* Returns the types of a rule's attributes as bits: bit n is type n, modulo 64. */
uint64_t message_attributes(const struct nlmsghdr *message);

/*
 * Returns a hash of the attributes of a rule whose types are in `types` (bit n: type n, below 64)
 * and of the selectors in its header. The order of attributes matters.
 */
uint64_t message_hash_attributes(const struct nlmsghdr *message, uint64_t types);
/* Returns a hash of the attribute of a rule with this type (FRA_…), including its prefix length; 0
 * if it has none. */
uint32_t message_hash_attribute(const struct nlmsghdr *message, uint16_t type);

/* Turns a message from the kernel into a request with this type and these NLM_F_ flags. */
void message_return(struct nlmsghdr *message, uint16_t type, uint16_t flags);
/*
 * Changes the class of a route or rule from `from` to `to`, both above 255. Adapts the metric of an
 * own record or a marker, which depends on the number of the class: see own_assign().
 */
void message_move_class(struct nlmsghdr *message, uint32_t from, uint32_t to);

/*
 * Makes a route use the nexthop object with this number (RTA_NH_ID), and removes its gateway,
 * device and nexthops. The message may grow by MESSAGE_OBJECT_ROOM bytes.
 */
void message_use_object(struct nlmsghdr *message, uint32_t object);
enum { MESSAGE_OBJECT_ROOM = 8 };

/*
 * Adds FRA_PRIORITY 0 to a rule that has no preference. The kernel does not report preference 0,
 * but chooses another one for a rule added without a preference. The message may grow by
 * MESSAGE_PLACE_ROOM bytes.
 */
void message_name_preference(struct nlmsghdr *message);
enum { MESSAGE_PLACE_ROOM = 12 };

/*
 * Walks the aligned messages in a buffer. Returns the next one; NULL if the rest (`length` bytes at
 * `at`) is no complete message.
 */
struct message_walk {
	const void *at;
	size_t length;
};
const struct nlmsghdr *message_next(struct message_walk *walk);

/*
 * Adds FRA_FLOW with realm 0 to an IPv4 rule that has no realm. With NLM_F_EXCL,
 * fib4_rule_compare() treats a rule without FRA_FLOW as equal to one with any realm, but does
 * compare a realm of 0. The message may grow by MESSAGE_REALM_ROOM bytes.
 */
void message_name_realm(struct nlmsghdr *message);
enum { MESSAGE_REALM_ROOM = 8 };

/*
 * Copies the string in an attribute, which ends at a NUL or with the attribute, as far as it fits.
 * `size` includes the NUL. Returns the length of `text`.
 */
size_t attribute_string(const struct nlattr *attribute, char *text, size_t size);
/* Returns the 32-bit number in an attribute, unconverted; 0 if the attribute is shorter. */
uint32_t attribute_number(const struct nlattr *attribute);

#endif
