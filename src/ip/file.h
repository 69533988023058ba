/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of `ip route save` and `ip rule save`: a magic number, followed by netlink messages. */
#ifndef IP_FILE_H
#define IP_FILE_H

#include "ip/ip.h"

/* The magic numbers of iproute2, in host byte order. */
#define IP_FILE_ROUTES 0x45311224U
#define IP_FILE_RULES  0x71706986U

/* Refuses to read such a file from, or write it to, a terminal. Returns 0, or -1 with the error. */
int ip_file_check(int descriptor, struct error *error);
/*
 * Reads such a file from standard input into `messages` (zeroed, freed by the caller), for
 * message_next(). Each message is complete: its length covers the header of a route or rule and
 * does not exceed the file. The lengths of attributes are not checked. Returns 0, or -1 with the
 * error.
 */
int ip_file_read(uint32_t magic, struct buffer *messages, struct error *error);

#endif
