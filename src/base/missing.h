/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of the GNU C library that musl lacks, with the same contracts, and a number. */
#ifndef BASE_MISSING_H
#define BASE_MISSING_H

#include <endian.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#ifndef __GLIBC__
const char *strerrorname_np(int number);
const char *sigabbrev_np(int number);
int getprotobyname_r(const char *name, struct protoent *entry, char *memory, size_t size,
	struct protoent **found);
/* asm-generic/socket.h; the same on every processor that musl supports. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#endif

#endif
