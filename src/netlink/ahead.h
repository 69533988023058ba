/*
 * A long dump, received ahead. The kernel makes a part of a dump when it is asked for the next one:
 * a thread that does nothing but receive lets it work on that while the parts before are decoded.
 */
#ifndef NETLINK_AHEAD_H
#define NETLINK_AHEAD_H

#include <stdint.h>

#include <libmnl/libmnl.h>

struct ahead;

/*
 * Receives all that comes up to the end of the dump, or the refusal, with this sequence number.
 * NULL: no thread could be started, so whoever asked has to receive itself.
 */
struct ahead *ahead_start(const struct mnl_socket *socket, uint32_t sequence);
/* The next part, valid until the next call: its length, or -1 with errno. Not to be called after
 * the last part. */
int ahead_next(struct ahead *ahead, const void **part);
/* Waits for the end of the dump. NULL is allowed. */
void ahead_end(struct ahead *ahead);

#endif
