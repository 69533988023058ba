/*
 * Names for numbers: iproute2's files (rt_tables, rt_protos, rt_scopes, rt_realms, rt_dsfield,
 * group and their .d folders; /etc/iproute2 before /usr/share/iproute2), /etc/protocols, and
 * devices, which the kernel names.
 */
#ifndef KIND_NAMES_H
#define KIND_NAMES_H

#include <stdbool.h>
#include <stdint.h>

enum name_set {
	NAMES_TABLES,
	NAMES_PROTOCOLS,
	NAMES_SCOPES,
	NAMES_REALMS,
	NAMES_DSFIELD,
	NAMES_GROUPS,
	NAMES_IP_PROTOCOLS, /* of IP itself: tcp, udp */
	NAMES_SETS
};

struct names;

/* Where device names come from; implemented by netlink/links.h and by tests. */
struct device_source {
	void *context;
	/* 0: no such device. */
	uint32_t (*index)(void *context, const char *name);
	/* NULL: no such device. Valid as long as the source. */
	const char *(*name)(void *context, uint32_t index);
	/* The class that the device, a VRF, looks up its routes in; 0: it is none. */
	uint32_t (*class)(void *context, const char *name);
	/* Calls `each` for all names. */
	void (*all)(void *context, void (*each)(const char *name, void *argument), void *argument);
};

/* No file is read until the first look-up that the built-in names do not answer. */
struct names *names_new(void);
/* From other folders than /etc/iproute2 and /usr/share/iproute2. */
struct names *names_new_in(const char *etc, const char *usr);
void names_free(struct names *names);
void names_devices(struct names *names, struct device_source source);

/* Exact, as written in the files. False: no such name. */
bool names_number(struct names *names, enum name_set set, const char *name, uint32_t *number);
/* NULL: the number has no name. Valid as long as `names`. */
const char *names_name(struct names *names, enum name_set set, uint32_t number);
/* Calls `each` for all names of a set, built in and from files, by number. */
void names_all(struct names *names, enum name_set set,
	void (*each)(uint32_t number, const char *name, void *argument), void *argument);
/* The name of a set that a misspelt one was probably meant to be; NULL: none is near enough. */
const char *names_nearest(struct names *names, enum name_set set, const char *typed);
/* Lines that could not be read ("FILE:LINE"), the first of them; NULL: none. */
const char *names_bad_line(const struct names *names);

uint32_t names_device_index(struct names *names, const char *name);
/* The class of a VRF; 0: there is no such VRF. */
uint32_t names_device_class(struct names *names, const char *name);
/* The device's name, or `ifN`, written into `spare`, if there is none. */
const char *names_device_name(struct names *names, uint32_t index, char spare[16]);
void names_device_all(
	struct names *names, void (*each)(const char *name, void *argument), void *argument);

#endif
