/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doesn't use mnl_cb_run(): it stops at the first error and drops the kernel's text. */
#include "netlink/netlink.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "netlink/ahead.h"
#include "netlink/message.h"

enum {
	RECEIVE_BUFFER = 4 * 1024 * 1024,
	PARTS_ALONE = 32, /* bytes of a dump before a second thread is started */
	SEND_BUFFER = 1024 * 1024,
	RECEIVE_ATTEMPTS = 3,
};

struct netlink {
	struct mnl_socket *socket;
	int protocol;
	uint32_t sequence;
	bool used;    /* something was received on this socket */
	char *memory; /* NULL until netlink_memory() */
};

/* Older kernels lack some options. If one fails for another reason, answers would be misread. */
static int set_option(const struct mnl_socket *socket, int option)
{
	int on = 1;

	return mnl_socket_setsockopt(socket, option, &on, sizeof on) && errno != ENOPROTOOPT &&
	                       errno != EOPNOTSUPP && errno != EINVAL
	               ? -1
	               : 0;
}

/* A buffer above net.core.rmem_max needs CAP_NET_ADMIN; a smaller one suffices. */
static int set_options(const struct mnl_socket *socket)
{
	int descriptor = mnl_socket_get_fd(socket);
	int receive = RECEIVE_BUFFER;
	int send = SEND_BUFFER;

	if (set_option(socket, NETLINK_EXT_ACK) || set_option(socket, NETLINK_CAP_ACK) ||
		set_option(socket, NETLINK_GET_STRICT_CHK))
		return -1;
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof receive))
		setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
	if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &send, sizeof send))
		setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send, sizeof send);
	return 0;
}

struct netlink *netlink_open(struct error *error)
{
	return netlink_open_protocol(NETLINK_ROUTE, error);
}

static struct mnl_socket *open_socket(int protocol, struct error *error)
{
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) || set_options(socket)) {
		error_set(
			error, STATUS_REFUSED, "cannot open a netlink socket: %s", strerror(errno));
		if (socket)
			mnl_socket_close(socket);
		return NULL;
	}
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
	return netlink;
}

int netlink_renew(struct netlink *netlink, struct error *error)
{
	struct mnl_socket *socket = open_socket(netlink->protocol, error);

	if (!socket)
		return -1;
	mnl_socket_close(netlink->socket);
	netlink->socket = socket;
	netlink->used = false;
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

char *netlink_memory(struct netlink *netlink)
{
	if (!netlink->memory)
		netlink->memory = memory_resize(NULL, NETLINK_RECEIVE_SIZE);
	return netlink->memory;
}

uint32_t netlink_reserve(struct netlink *netlink, uint32_t count)
{
	uint32_t first = netlink->sequence + 1;

	netlink->sequence += count;
	return first;
}

/*
 * Reads the attributes after the fixed part of an error message, or after the errno of a done
 * message: text and offset.
 */
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

/* The kernel reports negative numbers. */
static int error_number(int reported)
{
	return reported < 0 && reported != INT_MIN ? -reported : reported & INT_MAX;
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
			answer->number = error_number(*(const int *)mnl_nlmsg_get_payload(message));
		read_extended(answer, message, sizeof(int));
		return true;
	}
	if (length < sizeof *refusal)
		return false;
	answer->number = error_number(refusal->error);
	/* Without NETLINK_CAP_ACK, an error contains the complete refused message. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && refusal->msg.nlmsg_len >= NLMSG_HDRLEN)
		fixed += NLMSG_ALIGN(refusal->msg.nlmsg_len) - NLMSG_HDRLEN;
	read_extended(answer, message, fixed);
	return true;
}

static int refuse_socket(struct error *error, const char *what)
{
	if (errno == ENOBUFS)
		return error_set(error, STATUS_REFUSED,
			"the kernel's answers did not fit into the receive buffer "
			"(net.core.rmem_max)");
	return error_set(error, STATUS_REFUSED, "netlink: %s: %s", what, strerror(errno));
}

static int send_message(struct netlink *netlink, struct nlmsghdr *message, struct error *error)
{
	message->nlmsg_seq = ++netlink->sequence;
	if (mnl_socket_sendto(netlink->socket, message, message->nlmsg_len) < 0)
		return refuse_socket(error, "send");
	return 0;
}

ssize_t netlink_receive(int descriptor, void *memory, size_t size)
{
	int first = 0;
	int flags = 0;

	for (int i = 0; i < RECEIVE_ATTEMPTS;) {
		ssize_t received = recv(descriptor, memory, size, flags);

		if (received >= 0 || errno == ENOBUFS)
			return received;
		if (errno == EINTR)
			continue;
		/* An answer that has not arrived by now will not come. */
		first = first ? first : errno;
		flags = MSG_DONTWAIT;
		i++;
	}
	errno = first;
	return -1;
}

static int receive(struct netlink *netlink, int *length, struct error *error)
{
	ssize_t received = netlink_receive(
		netlink_descriptor(netlink), netlink_memory(netlink), NETLINK_RECEIVE_SIZE);

	if (received < 0)
		return refuse_socket(error, "receive");
	netlink->used = true;
	*length = (int)received;
	return 0;
}

/* Returns false for late answers to an abandoned request. */
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
		struct message_walk walk = {.at = netlink_memory(netlink)};
		const struct nlmsghdr *part;
		int length = 0;

		if (receive(netlink, &length, error))
			return -1;
		walk.length = (size_t)length;
		while ((part = message_next(&walk))) {
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

/*
 * Receives the next part of a dump into *part. Returns its length, or -1 with the error. A second
 * thread pays off only for a long dump.
 */
static int receive_part(struct dumping *dumping, const void **part, struct error *error)
{
	struct netlink *netlink = dumping->netlink;
	const void *memory = netlink_memory(netlink);
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

/* Returns true at the end of the dump. */
static bool read_part(struct dumping *dumping, const void *memory, int length)
{
	struct message_walk walk = {memory, (size_t)length};
	const struct nlmsghdr *part;

	while ((part = message_next(&walk))) {
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

/* Sends the request and reads all parts of the answer. */
static int dump(struct dumping *dumping, struct nlmsghdr *message, struct error *error)
{
	const void *part;
	bool ended = false;
	int length;

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send_message(dumping->netlink, message, error))
		return -1;
	do {
		length = receive_part(dumping, &part, error);
		ended = length < 0 || read_part(dumping, part, length);
	} while (!ended && (dumping->wanted || dumping->ahead));
	ahead_end(dumping->ahead);
	if (length < 0)
		return -1;
	if (ended)
		return 0;
	/* The rest of a dump that has just started is abandoned. */
	*dumping->answer = (struct answer){0};
	return netlink_renew(dumping->netlink, error);
}

/*
 * The kernel's first dump buffer on a socket has about 4 KiB; later ones have the size passed to
 * recv(), up to 32 KiB (netlink_dump() in net/netlink/af_netlink.c, Linux 4.4). A route that does
 * not fit into the first one ends the dump, in IPv6 without an error. So receives something before.
 */
static int prepare_dump(struct netlink *netlink, struct error *error)
{
	_Alignas(struct nlmsghdr) char memory[NLMSG_HDRLEN];
	struct nlmsghdr *nothing = mnl_nlmsg_put_header(memory);
	struct answer ignored;

	if (netlink->used || netlink->protocol != NETLINK_ROUTE)
		return 0;
	nothing->nlmsg_type = NLMSG_NOOP;
	return netlink_request(netlink, nothing, &ignored, NULL, NULL, error);
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
	int status = prepare_dump(netlink, error);

	if (!status)
		status = dump(&dumping, message, error);
	answer->parts = (unsigned int)dumping.parts;
	if (interrupted)
		*interrupted = dumping.interrupted;
	return status;
}
