/* The files of `ip route save` and `ip rule save`: a magic number, and netlink messages. */
#ifndef COMMAND_IP_FILE_H
#define COMMAND_IP_FILE_H

#include "command/ip.h"

/* iproute2's; in host order. */
#define IP_FILE_ROUTES 0x45311224U
#define IP_FILE_RULES  0x71706986U

/* A terminal takes no such file and sends none: 0, or -1 with the error. */
int ip_file_check(int descriptor, struct error *error);
/* Reads such a file from standard input; `messages` (zeroed, freed by the caller) stand one behind
 * the other, each whole. 0, or -1 with the error. */
int ip_file_read(uint32_t magic, struct buffer *messages, struct error *error);

#endif
