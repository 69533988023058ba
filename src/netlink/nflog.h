/* The kernel's reports of packets (nfnetlink_log): the flows of rules with `log`. */
#ifndef NETLINK_NFLOG_H
#define NETLINK_NFLOG_H

#include "model/flow.h"

struct error;
struct nflog;

/*
 * Begins to listen; a group has one listener in each network namespace. NULL with the error: who
 * listens already, STATUS_GUARDED.
 */
struct nflog *nflog_open(uint16_t group, struct error *error);
void nflog_close(struct nflog *nflog);
/* For poll(): readable when nflog_next() has something. */
int nflog_descriptor(const struct nflog *nflog);

/*
 * Waits for the next flow. *lost: flows before it were not told, for want of room. 0, or -1 with
 * the error.
 */
int nflog_next(struct nflog *nflog, struct flow *flow, bool *lost, struct error *error);

#endif
