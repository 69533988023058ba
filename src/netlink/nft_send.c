/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends batches between a begin and an end message. */
#include "netlink/nft_batch.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>

#include "base/error.h"
#include "netlink/message.h"
#include "netlink/netlink.h"

enum {
	FRAME_MAX = 64,        /* bytes of a frame */
	BATCH_FIRST = 1 << 30, /* first sequence number of a batch; requests never reach it */
};

int nft_refuse(int number, struct error *error)
{
	if (number == EPERM)
		return error_set(error, STATUS_REFUSED,
			"changing nftables needs the capability CAP_NET_ADMIN: run it as root, or "
			"with sudo");
	error_set(error, STATUS_REFUSED, "nftables: %s (%s)", strerror(number),
		strerrorname_np(number));
	if (number == ENOENT || number == EOPNOTSUPP || number == EPROTONOSUPPORT)
		return error_hint(error,
			"this kernel lacks a part of nftables: nf_tables with nft_masq, nft_ct, "
			"nft_log and nft_fib");
	return -1;
}

static void add_frame(struct nft_batch *batch, uint16_t type, uint32_t generation)
{
	struct nlmsghdr *message =
		mnl_nlmsg_put_header(buffer_reserve(&batch->messages, FRAME_MAX));
	struct nfgenmsg *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = ++batch->sequence;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->res_id = htons(NFNL_SUBSYS_NFTABLES);
	if (generation)
		mnl_attr_put_u32(message, NFNL_BATCH_GENID, htonl(generation));
	batch->last = batch->messages.length;
	buffer_advance(&batch->messages, NLMSG_ALIGN(message->nlmsg_len));
}

void nft_batch_begin(struct nft_batch *batch, uint32_t generation)
{
	batch->sequence = BATCH_FIRST;
	add_frame(batch, NFNL_MSG_BATCH_BEGIN, generation);
}

bool nft_batch_is_empty(const struct nft_batch *batch)
{
	return batch->sequence == BATCH_FIRST + 1;
}

/* The first refusal of the batch, or the ack of its last object. */
static bool read_answer(const struct nft_batch *batch, const struct nlmsghdr *message, int *number)
{
	struct answer answer;

	/* Refusals of the batch's frame have its sequence number. */
	if (message->nlmsg_seq <= BATCH_FIRST || message->nlmsg_seq > batch->sequence ||
		!answer_read(&answer, message))
		return false;
	*number = answer.number;
	return answer.number || answer.sequence == batch->sequence - 1;
}

/*
 * The kernel reports every object that it refused, and has done so when the batch is sent. What was
 * not read would be taken for an answer to the next batch, which has the same numbers.
 */
static void drop_answers(int descriptor)
{
	char memory[1024];

	while (recv(descriptor, memory, sizeof memory, MSG_DONTWAIT) >= 0 || errno == EINTR ||
		errno == ENOBUFS)
		continue;
}

static int receive(
	struct netlink *nft, const struct nft_batch *batch, int *number, struct error *error)
{
	union {
		struct nlmsghdr header;
		char bytes[16 * 1024];
	} memory;

	for (;;) {
		ssize_t received =
			netlink_receive(netlink_descriptor(nft), memory.bytes, sizeof memory.bytes);
		struct message_walk walk = {&memory, received > 0 ? (size_t)received : 0};
		const struct nlmsghdr *part;

		if (received < 0) {
			*number = NFT_ANSWER_LOST;
			return netlink_renew(nft, error);
		}
		while ((part = message_next(&walk)))
			if (read_answer(batch, part, number)) {
				drop_answers(netlink_descriptor(nft));
				return 0;
			}
	}
}

static int send_messages(struct netlink *nft, const struct nft_batch *batch, struct error *error)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int size = (int)batch->messages.length + 64 * 1024;
	int descriptor = netlink_descriptor(nft);

	setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	if (sendto(descriptor, batch->messages.data, batch->messages.length, 0,
		    (const struct sockaddr *)&kernel, sizeof kernel) >= 0)
		return 0;
	if (errno != EMSGSIZE)
		return nft_refuse(errno, error);
	error_set(error, STATUS_REFUSED, "nftables: too many rules for one batch of %zu bytes",
		batch->messages.length);
	return error_hint(error, "net.core.wmem_max allows no more without CAP_NET_ADMIN");
}

int nft_batch_send(struct netlink *nft, struct nft_batch *batch, int *number, struct error *error)
{
	*number = 0;
	((struct nlmsghdr *)(batch->messages.data + batch->last))->nlmsg_flags |= NLM_F_ACK;
	add_frame(batch, NFNL_MSG_BATCH_END, 0);
	if (send_messages(nft, batch, error))
		return -1;
	return receive(nft, batch, number, error);
}
