/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receives a long dump in its own thread. The kernel fills the next part of a dump when the last
 * one is received, so it works in parallel with the decoding.
 */
#ifndef NETLINK_AHEAD_H
#define NETLINK_AHEAD_H

#include <stdint.h>

#include <libmnl/libmnl.h>

struct ahead;

/*
 * Starts a thread that receives the parts of the dump with this sequence number, up to its end or
 * refusal. `socket` is borrowed; receive nothing else from it before ahead_end(). Returns NULL if
 * no thread could be started; then the caller receives the dump itself.
 */
struct ahead *ahead_start(const struct mnl_socket *socket, uint32_t sequence);
/*
 * Waits for the next part and points *part to it, valid until the next call. Returns its length in
 * bytes, or -1 with errno set; after the last part that is EPROTO.
 */
int ahead_next(struct ahead *ahead, const void **part);
/* Waits for the end of the dump and frees `ahead`. NULL is allowed. */
void ahead_end(struct ahead *ahead);

#endif
