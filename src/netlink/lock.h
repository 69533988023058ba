/* One at a time, of the programs in a network namespace. */
#ifndef NETLINK_LOCK_H
#define NETLINK_LOCK_H

struct lock;

/*
 * Waits until nobody in the network namespace holds `name`; the lock ends with the program, however
 * that ends. NULL: somebody has held it for longer than `milliseconds`.
 */
struct lock *lock_take(const char *name, int milliseconds);
void lock_give(struct lock *lock);

#endif
