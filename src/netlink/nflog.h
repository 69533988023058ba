/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives the packets that nftables logs (nfnetlink_log) for the flows of rules with `log`. */
#ifndef NETLINK_NFLOG_H
#define NETLINK_NFLOG_H

#include "netlink/logged_flow.h"

struct error;
struct nflog;

/*
 * Starts to listen to a group; freed with nflog_close(). A group has one listener per network
 * namespace. Returns NULL with the error on failure: STATUS_GUARDED with the name of the other
 * listener, or STATUS_REFUSED.
 */
struct nflog *nflog_open(uint16_t group, struct error *error);
void nflog_close(struct nflog *nflog);

/*
 * Waits for the next flow. Sets *lost if the receive buffer overflowed and earlier flows are lost.
 * Returns 0, or -1 with the error.
 */
int nflog_next(struct nflog *nflog, struct flow *flow, bool *lost, struct error *error);

#endif
