/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters and lists named network namespaces (/run/netns/NAME, as kept by `ip netns`). */
#ifndef NETLINK_NAMESPACE_H
#define NETLINK_NAMESPACE_H

struct error;

/*
 * Moves the program into the namespace until it ends. Returns 0, or -1 with the error: STATUS_WORDS
 * if there is no such namespace, STATUS_REFUSED if the kernel refuses.
 */
int namespace_enter(const char *name, struct error *error);

/* Calls `each` with the name of every namespace, in the order of the directory. */
void namespace_each(void (*each)(const char *name, void *context), void *context);

#endif
