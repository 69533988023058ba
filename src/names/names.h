/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for numbers: iproute2's files (rt_tables, rt_protos, rt_scopes, rt_realms, rt_dsfield,
 * group and their .d folders; /etc/iproute2 before /usr/share/iproute2), /etc/protocols,
 * /etc/services, and devices, which the kernel names.
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "names/name_set.h"

struct names;

/* A source of device names; implemented by netlink/links.h and by tests. */
struct device_source {
	void *context;
	/* Returns the index of a device; 0 if there is no such device. */
	uint32_t (*index)(void *context, const char *name);
	/* Returns the name of a device, valid as long as the source; NULL if there is no such
	 * device. */
	const char *(*name)(void *context, uint32_t index);
	/* Returns the class of a VRF device; 0 if it isn't one. */
	uint32_t (*class)(void *context, const char *name);
	/* Calls `each` for the name of every device. */
	void (*all)(void *context, void (*each)(const char *name, void *argument), void *argument);
};

/* Returns the names of the system; freed with names_free(). Files are read at the first lookup of
 * their set. */
struct names *names_new(void);
/* As names_new(), with other folders than /etc/iproute2 and /usr/share/iproute2. */
struct names *names_new_in(const char *etc, const char *usr);
void names_free(struct names *names);
void names_devices(struct names *names, struct device_source source);

/* Finds the number of a name, written exactly as in the files; if it has several, the one that `ip`
 * finds. Returns false if there is no such name. Digits are never a name. */
bool names_number(struct names *names, enum name_set set, const char *name, uint32_t *number);
/* Returns the name of a number if names_number() finds the same number for it, otherwise NULL.
 * Valid as long as `names`. */
const char *names_name(struct names *names, enum name_set set, uint32_t number);
/* Returns the name that `ip` shows for a number, even if names_number() finds another number for
 * it; NULL if there is none. Valid as long as `names`. */
const char *names_listed(struct names *names, enum name_set set, uint32_t number);
/* Calls `each` for all names of a set, built-in ones and those from files, in the order of their
 * numbers. */
void names_all(struct names *names, enum name_set set,
	void (*each)(uint32_t number, const char *name, void *argument), void *argument);
/* Returns the name of a set that is nearest to a misspelled one; NULL if none is near enough. */
const char *names_nearest(struct names *names, enum name_set set, const char *typed);
/* Returns why an existing file was not read ("FILE: REASON"), for lack of descriptors or memory or
 * because of a disk error; NULL if all were read. Ignores files that this user may not read. */
const char *names_failure(const struct names *names);
/* Returns "FILE:LINE" of the first line that couldn't be read in all files so far; NULL if there is
 * none. The rest of the file is used. */
const char *names_bad_line(const struct names *names);

/* Finds the number of a user in the system's user database. Returns false if there is no such
 * user. */
bool names_user(const char *name, uint32_t *number);

/* Returns the index of a device; 0 if there is none. `ifN` stands for index N. */
uint32_t names_device_index(struct names *names, const char *name);
/* Returns the class of a VRF; 0 if there is no such VRF. */
uint32_t names_device_class(struct names *names, const char *name);
/* Returns an index that no device has, the highest ones, for a device that does not exist:
 * names_device_name() returns its name. The kernel refuses a route with it (ENODEV). */
uint32_t names_device_absent(struct names *names, const char *name);
/* Returns true for such an index. */
bool names_device_is_absent(const struct names *names, uint32_t index);
/* Returns the device's name; if it has none, writes `ifN` into `spare` and returns that. */
const char *names_device_name(struct names *names, uint32_t index, char spare[16]);
void names_device_all(
	struct names *names, void (*each)(const char *name, void *argument), void *argument);

#endif
