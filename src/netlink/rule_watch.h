/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detects changes of rules during a dump of rules, since the kernel never sets NLM_F_DUMP_INTR for
 * them. A dump of several parts resumes by counting rules, so it repeats or misses one if a rule
 * before that place is added or deleted.
 */
#ifndef NETLINK_RULE_WATCH_H
#define NETLINK_RULE_WATCH_H

#include <stdbool.h>

struct rule_watch;

/* Starts to watch IPv4 and IPv6 rules. Returns NULL if that is not possible; freed with
 * rule_watch_end(). */
struct rule_watch *rule_watch_start(void);
/* Returns true if a rule was added or deleted since then, and always for NULL. */
bool rule_watch_changed(const struct rule_watch *watch);
/* NULL is allowed. */
void rule_watch_end(struct rule_watch *watch);

#endif
