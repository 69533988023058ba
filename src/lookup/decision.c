/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up a packet by its family and direction. */
#include "lookup/decision.h"

#include <sys/socket.h>

int lookup_packet(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct trace *trace, struct error *error)
{
	trace->flow = flow_of_packet(snapshot, packet);
	if (packet->family == AF_INET6)
		return lookup_ipv6(snapshot, trace, arena, error);
	if (packet->input.given)
		return lookup_input_ipv4(snapshot, trace, arena, error);
	return lookup_output_ipv4(snapshot, trace, arena, error);
}
