/* Windows of messages. */
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

enum {
	WINDOW_BYTES = 128 * 1024,
	/* What one refusal costs the receive buffer: its skb's true size. */
	ANSWER_COST = 1280,
	RECEIVE_SIZE = 64 * 1024,
};

struct window {
	char *messages; /* with room for WINDOW_BYTES and one message more, or for all there are */
	size_t bytes;
	size_t count;
	size_t limit;
	uint32_t first, last; /* sequences of its messages */
};

/* A window full of refusals must fit into the receive buffer. */
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

/* The next messages, from index on; only the last asks for an ack. */
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

/* One change is the rule: large memory costs it more than the change. */
static size_t window_room(size_t count)
{
	size_t most = WINDOW_BYTES + MESSAGE_MAX;

	return count < most / MESSAGE_MAX ? count * MESSAGE_MAX : most;
}

static int lost(struct error *error, const char *what)
{
	return error_set(error, STATUS_REFUSED, "netlink: %s: %s", what, strerror(errno));
}

struct hearing {
	const struct pipeline *pipeline;
	uint32_t first;         /* sequence of the first message of all */
	struct vector refusals; /* struct answer, of the window */
};

static void hear(struct hearing *hearing, const struct nlmsghdr *part, struct answer *answer)
{
	const struct pipeline *pipeline = hearing->pipeline;

	if (!answer_read(answer, part)) {
		answer->sequence = hearing->first - 1;
		if (pipeline->reply)
			pipeline->reply(part->nlmsg_seq - hearing->first, part, pipeline->context);
	} else if (answer->number) {
		vector_push(&hearing->refusals, answer);
	}
}

/* Told when all answers are read, so that the listener may use the conversation. False: stop. */
static bool tell_refusals(struct hearing *hearing)
{
	const struct pipeline *pipeline = hearing->pipeline;
	bool go_on = true;

	for (size_t i = 0; i < hearing->refusals.count && pipeline->refused; i++) {
		const struct answer *answer = vector_at(&hearing->refusals, i);

		if (!pipeline->refused(
			    answer->sequence - hearing->first, answer, pipeline->context))
			go_on = false;
	}
	hearing->refusals.count = 0;
	return go_on;
}

/* Reads answers until the one to the last message of the window. */
static int window_hear(int descriptor, char *memory, const struct window *window,
	struct hearing *hearing, struct error *error)
{
	uint32_t oldest = window->first;
	struct answer answer;

	for (;;) {
		const struct nlmsghdr *part = (const struct nlmsghdr *)memory;
		ssize_t received = recv(descriptor, memory, RECEIVE_SIZE, 0);
		int length = (int)received;

		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return lost(error, "receive");
		for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length)) {
			if (part->nlmsg_seq - oldest >= (uint32_t)window->count)
				continue;
			hear(hearing, part, &answer);
			if (answer.sequence == window->last)
				return 0;
		}
	}
}

static int window_run(struct netlink *netlink, const struct window *window, char *memory,
	struct hearing *hearing, struct error *error)
{
	int descriptor = netlink_descriptor(netlink);

	if (!window->bytes)
		return 0;
	if (send(descriptor, window->messages, window->bytes, 0) < 0)
		return lost(error, "send");
	return window_hear(descriptor, memory, window, hearing, error);
}

int pipeline_send(struct netlink *netlink, size_t count, const struct pipeline *pipeline,
	size_t *sent, struct error *error)
{
	struct hearing hearing = {
		.pipeline = pipeline,
		.first = netlink_reserve(netlink, (uint32_t)count),
		.refusals = {.size = sizeof(struct answer)},
	};
	struct window window = {
		.messages = memory_resize(NULL, window_room(count)),
		.limit = window_limit(netlink_descriptor(netlink)),
	};
	char *memory = memory_resize(NULL, RECEIVE_SIZE);
	bool go_on = true;
	int status = 0;

	*sent = 0;
	while (!status && *sent < count && go_on &&
		!(pipeline->stop && pipeline->stop(*sent, pipeline->context))) {
		window_fill(
			&window, pipeline, *sent, count - *sent, hearing.first + (uint32_t)*sent);
		status = window_run(netlink, &window, memory, &hearing, error);
		if (!status) {
			*sent += window.count;
			go_on = tell_refusals(&hearing);
		}
	}
	vector_free(&hearing.refusals);
	free(window.messages);
	free(memory);
	return status;
}
