/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends windows of messages and matches the answers to them. */
#include "netlink/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/vector.h"
#include "field/field.h"
#include "netlink/message.h"

enum {
	WINDOW_BYTES = 128 * 1024,
	/* Bytes of the receive buffer for one refusal (the truesize of its skb). */
	ANSWER_COST = 1280,
	/* An acknowledgement repeats at most the message; the rest are texts of some 100 bytes. */
	ACKNOWLEDGEMENT_MAX = MESSAGE_MAX + 4096,
};

struct window {
	char *messages; /* room for WINDOW_BYTES and one more message, or for all messages if they
	                   are fewer */
	size_t bytes;
	size_t count;
	size_t limit;
	uint32_t first, last; /* sequence numbers of its messages */
};

/* A window of nothing but refusals must fit into the receive buffer. */
static size_t window_limit(int descriptor)
{
	int size = 0;
	socklen_t length = sizeof size;
	size_t limit;

	getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, &length);
	limit = (size_t)size / ANSWER_COST;
	if (limit > PIPELINE_WINDOW)
		return PIPELINE_WINDOW;
	return limit ? limit : 1;
}

/* Fills the window with messages from `index` on; only the last has NLM_F_ACK. */
static void window_fill(struct window *window, const struct pipeline *pipeline, size_t index,
	size_t left, uint32_t sequence)
{
	struct nlmsghdr *last = NULL;

	window->bytes = 0;
	window->first = sequence;
	for (window->count = 0; window->count < left && window->count < window->limit &&
				window->bytes < WINDOW_BYTES;
		window->count++) {
		struct nlmsghdr *message = (struct nlmsghdr *)(window->messages + window->bytes);
		size_t next = index + window->count;

		if (window->count && pipeline->waits && pipeline->waits(next, pipeline->context))
			break;
		if (!pipeline->put(next, message, pipeline->context))
			continue;
		message_open_type(message);
		message->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
		message->nlmsg_seq = sequence + (uint32_t)window->count;
		window->bytes += NLMSG_ALIGN(message->nlmsg_len);
		last = message;
	}
	if (!last)
		return;
	last->nlmsg_flags |= NLM_F_ACK;
	window->last = last->nlmsg_seq;
}

static size_t window_room(size_t count)
{
	size_t most = WINDOW_BYTES + MESSAGE_MAX;

	return count < most / MESSAGE_MAX ? count * MESSAGE_MAX : most;
}

static int lost(struct error *error, const char *what)
{
	return error_set(error, STATUS_REFUSED, "netlink: %s: %s", what, strerror(errno));
}

struct reception {
	const struct pipeline *pipeline;
	char *memory; /* `size` bytes for answers */
	size_t size;
	uint32_t first;         /* sequence number of the very first message */
	struct vector refusals; /* struct answer: the refusals of this window */
};

static void take_answer(
	struct reception *reception, const struct nlmsghdr *part, struct answer *answer)
{
	const struct pipeline *pipeline = reception->pipeline;

	if (!answer_read(answer, part)) {
		answer->sequence = reception->first - 1;
		if (pipeline->reply)
			pipeline->reply(
				part->nlmsg_seq - reception->first, part, pipeline->context);
	} else if (answer->number) {
		vector_push(&reception->refusals, answer);
	}
}

/*
 * Reports refusals once all answers are read, so that the callback may use the socket. Returns
 * false to stop.
 */
static bool report_refusals(struct reception *reception)
{
	const struct pipeline *pipeline = reception->pipeline;
	bool go_on = true;

	for (size_t i = 0; i < reception->refusals.count && pipeline->refused; i++) {
		const struct answer *answer = vector_at(&reception->refusals, i);

		if (!pipeline->refused(
			    answer->sequence - reception->first, answer, pipeline->context))
			go_on = false;
	}
	reception->refusals.count = 0;
	return go_on;
}

/* Reads answers up to the one for the last message of the window. */
static int window_receive(struct netlink *netlink, const struct window *window,
	struct reception *reception, struct error *error)
{
	int descriptor = netlink_descriptor(netlink);
	uint32_t oldest = window->first;
	struct answer answer;

	for (;;) {
		ssize_t received = netlink_receive(descriptor, reception->memory, reception->size);
		struct message_walk walk = {reception->memory, received > 0 ? (size_t)received : 0};
		const struct nlmsghdr *part;

		if (received < 0)
			return lost(error, "receive");
		while ((part = message_next(&walk))) {
			if (part->nlmsg_seq - oldest >= (uint32_t)window->count)
				continue;
			take_answer(reception, part, &answer);
			if (answer.sequence == window->last)
				return 0;
		}
	}
}

static int window_run(struct netlink *netlink, const struct window *window,
	struct reception *reception, struct error *error)
{
	if (!window->bytes)
		return 0;
	if (send(netlink_descriptor(netlink), window->messages, window->bytes, 0) < 0)
		return lost(error, "send");
	return window_receive(netlink, window, reception, error);
}

/*
 * Most commands send one message and receive its acknowledgement, each into the same memory.
 * Allocating a window and the socket's memory would cost more than sending it.
 */
static void take_memory(struct netlink *netlink, size_t count,
	char alone[static ACKNOWLEDGEMENT_MAX], struct window *window, struct reception *reception)
{
	bool many = count > 1;

	window->messages = many ? memory_resize(NULL, window_room(count)) : alone;
	many |= reception->pipeline->reply != NULL;
	reception->memory = many ? netlink_memory(netlink) : alone;
	reception->size = many ? NETLINK_RECEIVE_SIZE : ACKNOWLEDGEMENT_MAX;
}

int pipeline_send(struct netlink *netlink, size_t count, const struct pipeline *pipeline,
	size_t *sent, struct error *error)
{
	struct reception reception = {
		.pipeline = pipeline,
		.first = netlink_reserve(netlink, (uint32_t)count),
		.refusals = {.size = sizeof(struct answer)},
	};
	char alone[ACKNOWLEDGEMENT_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct window window = {
		.limit = window_limit(netlink_descriptor(netlink)),
	};
	bool go_on = true;
	int status = 0;

	*sent = 0;
	take_memory(netlink, count, alone, &window, &reception);
	while (!status && *sent < count && go_on &&
		!(pipeline->stop && pipeline->stop(*sent, pipeline->context))) {
		window_fill(
			&window, pipeline, *sent, count - *sent, reception.first + (uint32_t)*sent);
		status = window_run(netlink, &window, &reception, error);
		if (!status) {
			*sent += window.count;
			go_on = report_refusals(&reception);
		}
	}
	vector_free(&reception.refusals);
	if (window.messages != alone)
		free(window.messages);
	return status;
}
