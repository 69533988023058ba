/* Requests and dumps. The receive loops are our own: mnl_cb_run() stops at the first error, and
 * drops the kernel's sentence. */
#include "netlink/netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "netlink/ahead.h"

enum {
	RECEIVE_SIZE = 64 * 1024,
	RECEIVE_BUFFER = 4 * 1024 * 1024,
	PARTS_ALONE = 32, /* of a dump, before a second thread receives */
	SEND_BUFFER = 1024 * 1024,
};

struct netlink {
	struct mnl_socket *socket;
	int protocol;
	uint32_t sequence;
	char *memory; /* RECEIVE_SIZE bytes */
};

/* Options that older kernels lack are wishes; buffers above the limit need CAP_NET_ADMIN. */
static void set_options(const struct mnl_socket *socket)
{
	int descriptor = mnl_socket_get_fd(socket);
	int receive = RECEIVE_BUFFER;
	int send = SEND_BUFFER;
	int on = 1;

	mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof on);
	mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &on, sizeof on);
	mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof receive))
		setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
	if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &send, sizeof send))
		setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send, sizeof send);
}

struct netlink *netlink_open(struct error *error)
{
	return netlink_open_protocol(NETLINK_ROUTE, error);
}

static struct mnl_socket *open_socket(int protocol, struct error *error)
{
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID)) {
		error_set(error, STATUS_REFUSED, "no netlink socket: %s", strerror(errno));
		if (socket)
			mnl_socket_close(socket);
		return NULL;
	}
	set_options(socket);
	return socket;
}

struct netlink *netlink_open_protocol(int protocol, struct error *error)
{
	struct mnl_socket *socket = open_socket(protocol, error);
	struct netlink *netlink;

	if (!socket)
		return NULL;
	netlink = memory_get(sizeof *netlink);
	netlink->socket = socket;
	netlink->protocol = protocol;
	netlink->memory = memory_resize(NULL, RECEIVE_SIZE);
	return netlink;
}

int netlink_renew(struct netlink *netlink, struct error *error)
{
	struct mnl_socket *socket = open_socket(netlink->protocol, error);

	if (!socket)
		return -1;
	mnl_socket_close(netlink->socket);
	netlink->socket = socket;
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	if (!netlink)
		return;
	mnl_socket_close(netlink->socket);
	free(netlink->memory);
	free(netlink);
}

int netlink_descriptor(const struct netlink *netlink)
{
	return mnl_socket_get_fd(netlink->socket);
}

uint32_t netlink_reserve(struct netlink *netlink, uint32_t count)
{
	uint32_t first = netlink->sequence + 1;

	netlink->sequence += count;
	return first;
}

/* What follows the fixed part of an error or the number of a done message: text, offset. */
static void read_extended(struct answer *answer, const struct nlmsghdr *message, size_t fixed)
{
	const struct nlattr *attribute;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) || mnl_nlmsg_get_payload_len(message) < fixed)
		return;
	mnl_attr_for_each(attribute, message, fixed)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type == NLMSGERR_ATTR_MSG && !mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING))
			snprintf(answer->sentence, sizeof answer->sentence, "%s",
				mnl_attr_get_str(attribute));
		else if (type == NLMSGERR_ATTR_OFFS && !mnl_attr_validate(attribute, MNL_TYPE_U32))
			answer->offset = mnl_attr_get_u32(attribute);
	}
}

bool answer_read(struct answer *answer, const struct nlmsghdr *message)
{
	size_t length = mnl_nlmsg_get_payload_len(message);
	const struct nlmsgerr *refusal = mnl_nlmsg_get_payload(message);
	size_t fixed = sizeof *refusal;

	if (message->nlmsg_type != NLMSG_ERROR && message->nlmsg_type != NLMSG_DONE)
		return false;
	*answer = (struct answer){.sequence = message->nlmsg_seq};
	if (message->nlmsg_type == NLMSG_DONE) {
		if (length >= sizeof(int))
			answer->number = -*(const int *)mnl_nlmsg_get_payload(message);
		read_extended(answer, message, sizeof(int));
		return true;
	}
	if (length < sizeof *refusal)
		return false;
	answer->number = -refusal->error;
	/* An uncapped refusal repeats the whole message refused. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		fixed += refusal->msg.nlmsg_len - NLMSG_HDRLEN;
	read_extended(answer, message, fixed);
	return true;
}

static int refuse_socket(struct error *error, const char *what)
{
	if (errno == ENOBUFS)
		return error_set(error, STATUS_REFUSED,
			"the kernel's answers did not fit the receive buffer (net.core.rmem_max)");
	return error_set(error, STATUS_REFUSED, "netlink: %s: %s", what, strerror(errno));
}

static int send_message(struct netlink *netlink, struct nlmsghdr *message, struct error *error)
{
	message->nlmsg_seq = ++netlink->sequence;
	if (mnl_socket_sendto(netlink->socket, message, message->nlmsg_len) < 0)
		return refuse_socket(error, "send");
	return 0;
}

static int receive(struct netlink *netlink, int *length, struct error *error)
{
	ssize_t received;

	do {
		received = mnl_socket_recvfrom(netlink->socket, netlink->memory, RECEIVE_SIZE);
	} while (received < 0 && errno == EINTR);
	if (received < 0)
		return refuse_socket(error, "receive");
	*length = (int)received;
	return 0;
}

/* Late answers to a request that was given up are not ours. */
static bool is_ours(const struct netlink *netlink, const struct nlmsghdr *message)
{
	return message->nlmsg_seq == netlink->sequence;
}

int netlink_request(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	void (*reply)(const struct nlmsghdr *, void *context), void *context, struct error *error)
{
	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (send_message(netlink, message, error))
		return -1;
	for (;;) {
		const struct nlmsghdr *part = (const struct nlmsghdr *)netlink->memory;
		int length = 0;

		if (receive(netlink, &length, error))
			return -1;
		for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length)) {
			if (!is_ours(netlink, part))
				continue;
			if (answer_read(answer, part))
				return 0;
			if (reply)
				reply(part, context);
		}
	}
}

struct dumping {
	struct netlink *netlink;
	struct answer *answer;
	bool (*each)(const struct nlmsghdr *, void *context);
	void *context;
	bool wanted;
	bool interrupted;
	int parts;
	struct ahead *ahead;
};

/* The next part of a dump: *part, and its length or -1. A second thread is worth its start only
 * when there is much to come. */
static int receive_part(struct dumping *dumping, const struct nlmsghdr **part, struct error *error)
{
	struct netlink *netlink = dumping->netlink;
	const void *memory = netlink->memory;
	int length = 0;

	if (dumping->parts++ == PARTS_ALONE)
		dumping->ahead = ahead_start(netlink->socket, netlink->sequence);
	if (!dumping->ahead && receive(netlink, &length, error))
		return -1;
	if (dumping->ahead)
		length = ahead_next(dumping->ahead, &memory);
	*part = memory;
	return length < 0 ? refuse_socket(error, "receive") : length;
}

/* True: the dump has ended. */
static bool read_part(struct dumping *dumping, const struct nlmsghdr *part, int length)
{
	for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length)) {
		if (!is_ours(dumping->netlink, part))
			continue;
		if (part->nlmsg_flags & NLM_F_DUMP_INTR)
			dumping->interrupted = true;
		if (answer_read(dumping->answer, part))
			return true;
		if (dumping->wanted)
			dumping->wanted = dumping->each(part, dumping->context);
	}
	return false;
}

int netlink_dump(struct netlink *netlink, struct nlmsghdr *message, struct answer *answer,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, bool *interrupted,
	struct error *error)
{
	struct dumping dumping = {
		.netlink = netlink,
		.answer = answer,
		.each = each,
		.context = context,
		.wanted = true,
	};
	const struct nlmsghdr *part;
	bool ended = false;
	int length;

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send_message(netlink, message, error))
		return -1;
	do {
		length = receive_part(&dumping, &part, error);
		ended = length < 0 || read_part(&dumping, part, length);
	} while (!ended && (dumping.wanted || dumping.ahead));
	ahead_end(dumping.ahead);
	/* Nobody waits for the rest of a dump that has just begun. */
	if (!ended) {
		*answer = (struct answer){0};
		length = netlink_renew(netlink, error);
	}
	if (interrupted)
		*interrupted = dumping.interrupted;
	return length < 0 ? -1 : 0;
}
