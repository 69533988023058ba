/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel about a packet of an expectation that the model has proven. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "command/expectation.h"
#include "command/kernel_answer.h"
#include "command/reason.h"
#include "command/witness.h"
#include "lookup/connection.h"

/* A lookup's result, of the model or of the kernel. */
struct result {
	int number;   /* errno; 0: the packet goes on */
	uint8_t type; /* RTN_… */
	uint32_t class;
	const struct hop *hops;
	size_t hop_count;
};

static void add_result(
	struct buffer *out, const struct snapshot *snapshot, const struct result *result)
{
	if (result->number) {
		buffer_string(out, strerrorname_np(result->number));
		return;
	}
	if (result->type != RTN_UNICAST)
		buffer_string(out, result->type == RTN_LOCAL ? "local " : "no unicast ");
	reason_hops(out, snapshot, result->hops, result->hop_count);
	if (result->class >= CLASS_PRIVATE)
		buffer_string(out, " own");
	else
		buffer_format(out, " class %u", result->class);
}

static void add_answers(struct buffer *out, const struct snapshot *snapshot,
	const struct packet *packet, const struct trace *trace, const struct lookup *lookup)
{
	const struct outcome *outcome = &trace->outcome;
	const struct route *route = &lookup->route;
	const struct hop hop = {.gateway = route->gateway, .device = route->device.index};
	const struct result model = {
		outcome->number, outcome->type, outcome->class, outcome->hops, outcome->hop_count};
	const struct result kernel = {lookup->answer.number,
		route->type.value ? route->type.value : RTN_UNICAST, route->class.value, &hop, 1};

	witness_words(out, snapshot, packet);
	buffer_string(out, ": model: ");
	add_result(out, snapshot, &model);
	buffer_string(out, ", kernel: ");
	add_result(out, snapshot, &kernel);
}

static bool comes_in(const struct snapshot *snapshot, const struct packet *packet)
{
	const struct snapshot_device *device =
		packet->input.given ? snapshot_device(snapshot, packet->input.index) : NULL;

	return !packet->input.given || (device && device->flags & IFF_UP);
}

static bool is_hop(
	const struct snapshot *snapshot, const struct want *want, const struct route *route)
{
	const struct gateway *gateway = &route->gateway;

	if (want->kind == WANT_DEVICE)
		return !strcmp(reason_device(snapshot, route->device.index), want->device);
	return gateway->given && gateway->family == want->address.family &&
	       !memcmp(gateway->bytes, want->address.bytes, address_size(gateway->family));
}

/* Compares only the hops: the rest of the answer agrees with the model's, which is expected. */
static bool is_expected(const struct snapshot *snapshot, const struct expectation *expectation,
	const struct trace *trace, const struct lookup *lookup)
{
	bool hops = false;
	bool others = false;
	bool all = true;

	if (trace->outcome.hop_count < 2 || lookup->answer.number || lookup_redirect(lookup, trace))
		return true;
	for (int i = 0; i < expectation->count; i++) {
		const struct want *want = &expectation->want[i];
		bool hop = want->kind == WANT_VIA || want->kind == WANT_DEVICE;

		hops |= hop;
		others |= !hop;
		all &= !hop || is_hop(snapshot, want, &lookup->route);
	}
	return !hops || (expectation->never ? others || !all : all);
}

int expectation_ask(struct session *session, const struct subject *subject,
	const struct expectation *expectation, const struct packet *packet, bool *agrees,
	struct buffer *answers, struct error *error)
{
	struct packet followed = *packet;
	struct connection connection;
	struct kernel_answer answer;
	struct arena arena = {0};
	int status;

	*agrees = true;
	if (!comes_in(subject->snapshot, packet))
		return 0;
	/* A packet that this host sends belongs to this program's user, as in RTM_GETROUTE. */
	if (!packet->input.given && !packet->uid.given)
		followed.uid = (struct number){true, (uint32_t)getuid()};
	status = connection_follow(subject->snapshot, &followed, &arena, &connection, error);
	if (!status)
		status = kernel_ask(session, &connection.packet, &connection.trace, false, &arena,
			&answer, error);
	*agrees = status || !answer.asked ||
	          (answer.agrees && is_expected(subject->snapshot, expectation, &connection.trace,
					    &answer.lookup));
	if (!*agrees)
		add_answers(answers, subject->snapshot, &connection.packet, &connection.trace,
			&answer.lookup);
	connection_free(&connection);
	arena_free(&arena);
	return status;
}
