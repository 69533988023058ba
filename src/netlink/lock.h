/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock of a network namespace. Hold it from the first read on which a change depends to the
 * last change.
 */
#ifndef NETLINK_LOCK_H
#define NETLINK_LOCK_H

struct error;
struct lock;

/*
 * Takes the lock of the current network namespace, waiting for another holder. It needs
 * CAP_NET_ADMIN in the user namespace that owns the network namespace; without that, or without a
 * writable /proc/sys, sets *lock to NULL and succeeds. The kernel releases the lock when the
 * program ends in any way; otherwise use lock_give().
 *
 * Calls `waiting` once, after a second, with the name of the holder: `iproute batch lines (process
 * 1234)`. Returns 0, or -1 with the error (STATUS_REFUSED) after 30 seconds, or if it failed.
 */
int lock_take(struct lock **lock, void (*waiting)(void *context, const char *holder), void *context,
	struct error *error);
/* Releases and frees the lock. NULL is allowed. */
void lock_give(struct lock *lock);

#endif
