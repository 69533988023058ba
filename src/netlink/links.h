/* Names of devices by number and back, as the kernel says; asked for once each. */
#ifndef NETLINK_LINKS_H
#define NETLINK_LINKS_H

#include "kind/names.h"

/*
 * A source of device names for names_devices(). The first name asked for by number costs a dump of
 * all links, a number asked for by name (or altname) one request. It has a conversation of its own,
 * opened at the first question: names are asked for in the midst of a dump. Freed with
 * links_close().
 */
struct links *links_open(void);
void links_close(struct links *links);
struct device_source links_source(struct links *links);
/* Devices have come, gone or got another name: the next question is asked anew. */
void links_forget(struct links *links);

#endif
