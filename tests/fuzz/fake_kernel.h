/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for every netlink socket of a fuzz target: the linker's --wrap leads libmnl's functions
 * and recv(), send(), sendto() here. Nothing reaches the kernel.
 */
#ifndef FUZZ_FAKE_KERNEL_H
#define FUZZ_FAKE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/*
 * From now on sockets receive these bytes (borrowed), in pieces: two bytes say how long each is.
 * The sequence number of each message is set to that of the last one sent, so that it is looked at.
 * At the end receiving fails with EIO.
 */
void fake_kernel_feed(const uint8_t *data, size_t size);

/*
 * From now on every request is answered: dumps are empty, each device has an index, and of changes
 * those are refused whose turn it is by the bits of `refusals`, again and again.
 */
void fake_kernel_obey(uint32_t refusals);

#endif
