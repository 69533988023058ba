/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses a packet that stands for a set of packets. */
#ifndef COMMAND_WITNESS_H
#define COMMAND_WITNESS_H

#include "base/buffer.h"
#include "lookup/policy_set.h"

/*
 * Returns one packet on a path of a diagram, without the fields that make no difference. Unless its
 * source is an address of this host, it comes in by the device of the source's network, or else by
 * any device, if the diagram has the same outcome for that packet.
 */
struct packet witness_of_path(const struct policy_sets *sets, const struct snapshot *snapshot,
	uint8_t family, uint32_t diagram, const struct diagram_path *path);
/* Appends the words of a packet, as explain takes them. */
void witness_words(
	struct buffer *out, const struct snapshot *snapshot, const struct packet *packet);

#endif
