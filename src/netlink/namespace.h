/* Named network namespaces: /run/netns/NAME, as `ip netns` keeps them. */
#ifndef NETLINK_NAMESPACE_H
#define NETLINK_NAMESPACE_H

struct error;

/* Moves the program into the namespace, for good. 0, or -1 with the error set (status 255: no such
 * name). */
int namespace_enter(const char *name, struct error *error);

#endif
