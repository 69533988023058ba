/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences of explain: why a rule does not match, what a rule or node did, what the sender
 * receives. Functions with `out` append to it, without a full stop. */
#ifndef COMMAND_REASON_H
#define COMMAND_REASON_H

#include "base/buffer.h"
#include "lookup/trace.h"

/* Appends an IPv4 or IPv6 address; `bytes` in network byte order. */
void reason_address(struct buffer *out, uint8_t family, const uint8_t *bytes);
/* Returns the name of a device of the snapshot. */
const char *reason_device(const struct snapshot *snapshot, uint32_t index);
/* Appends the gateways and devices of the hops that a packet may take: `gw 192.0.2.2 dev eth0`. */
void reason_hops(
	struct buffer *out, const struct snapshot *snapshot, const struct hop *hops, size_t count);
/* Append a rule or a route in the grammar's words. */
void reason_rule(struct buffer *out, const struct rule *rule, const struct view *view);
void reason_node(struct buffer *out, const struct route *node, const struct view *view);

/* Appends what a step did and why. */
void reason_step(struct buffer *out, const struct snapshot *snapshot, const struct trace *trace,
	const struct trace_step *step, const struct view *view);
/* Appends why the packet goes no further: `the class has no route`, `rp_filter of eth1 ...`. */
void reason_cause(struct buffer *out, const struct snapshot *snapshot, const struct trace *trace);
/* Returns what the sender of a refused packet receives. */
const char *reason_for_sender(const struct trace *trace);
/* Returns why a node that matches the packet was not chosen. */
const char *reason_loss(enum node_loss loss);
/* Returns the word for a verdict in JSON. */
const char *verdict_word(const struct trace_step *step);

#endif
