/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the connection that no change may cut: that of the ssh session or of -guard. */
#ifndef COMMAND_GUARDED_H
#define COMMAND_GUARDED_H

#include "model/packet.h"

struct error;

struct guarded {
	/* A packet from the other end. This host's address and the ports may be missing, the device
	 * always is. Without source and destination, nothing is guarded. */
	struct packet packet;
};

/*
 * Reads ADDR, ADDR:PORT or [ADDR]:PORT of the other end, or the four words of SSH_CONNECTION:
 * address and port of the other end, then of this host. Returns false if it is none of these.
 */
bool guarded_read(const char *text, struct guarded *guarded);
/*
 * Finds the connection of the ssh session in which this program was started: SSH_CONNECTION in its
 * environment or, since sudo and su clear that, in those of its parent and of the leaders of its
 * ancestors' sessions. Returns false if there is none.
 */
bool guarded_find(struct guarded *guarded);

#endif
