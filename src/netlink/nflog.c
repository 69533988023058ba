/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uses linux/netfilter/nfnetlink_log.h through libmnl. */
#include "netlink/nflog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "netlink/message.h"
#include "netlink/netlink.h"

enum {
	SNAPLEN = 96,
};

struct nflog {
	struct netlink *netlink;
	char *memory;             /* NETLINK_RECEIVE_SIZE bytes, for one receive */
	struct message_walk rest; /* received messages that are not read yet */
};

static struct nlmsghdr *put_config(void *memory, uint16_t group)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(memory);
	struct nfgenmsg *header;

	message->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->res_id = htons(group);
	return message;
}

/*
 * /proc has the netlink port of a group's listener; the port of a process's first socket is its
 * process id.
 */
static uint32_t find_listener(uint16_t group)
{
	FILE *file = fopen("/proc/net/netfilter/nfnetlink_log", "re");
	unsigned int number;
	unsigned int port;
	char line[256];
	uint32_t found = 0;

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "%u %u", &number, &port) == 2 && number == group)
			found = port;
	if (file)
		fclose(file);
	return found;
}

static int refuse_second(uint16_t group, struct error *error)
{
	uint32_t listener = find_listener(group);
	char path[64];
	char name[64] = "another program";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%u/comm", listener);
	file = listener ? fopen(path, "re") : NULL;
	if (file && fgets(name, sizeof name, file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	error_set(error, STATUS_GUARDED, "%s (process %u) already receives the flows", name,
		listener);
	return error_hint(error, "the kernel sends them to one program in each network namespace");
}

static int refuse(int number, uint16_t group, struct error *error)
{
	if (number == EPERM && find_listener(group))
		return refuse_second(group, error);
	if (number == EPERM)
		return error_set(error, STATUS_REFUSED,
			"receiving flows needs the capability CAP_NET_ADMIN: run it as root, or "
			"with sudo");
	error_set(error, STATUS_REFUSED, "nfnetlink_log: %s (%s)", strerror(number),
		strerrorname_np(number));
	return error_hint(error, "this kernel may lack nfnetlink_log");
}

static int configure(struct nflog *nflog, uint16_t group, struct error *error)
{
	const struct nfulnl_msg_config_cmd bind = {.command = NFULNL_CFG_CMD_BIND};
	const struct nfulnl_msg_config_mode mode = {
		.copy_range = htonl(SNAPLEN), .copy_mode = NFULNL_COPY_PACKET};
	char memory[512];
	struct nlmsghdr *message = put_config(memory, group);
	struct answer answer;

	mnl_attr_put(message, NFULA_CFG_CMD, sizeof bind, &bind);
	if (netlink_request(nflog->netlink, message, &answer, NULL, NULL, error))
		return -1;
	if (answer.number)
		return refuse(answer.number, group, error);
	message = put_config(memory, group);
	mnl_attr_put(message, NFULA_CFG_MODE, sizeof mode, &mode);
	/* Report each packet at once, without buffering. */
	mnl_attr_put_u32(message, NFULA_CFG_QTHRESH, htonl(1));
	if (netlink_request(nflog->netlink, message, &answer, NULL, NULL, error))
		return -1;
	return answer.number ? refuse(answer.number, group, error) : 0;
}

struct nflog *nflog_open(uint16_t group, struct error *error)
{
	struct netlink *netlink = netlink_open_protocol(NETLINK_NETFILTER, error);
	struct nflog *nflog;

	if (!netlink)
		return NULL;
	nflog = memory_get(sizeof *nflog);
	nflog->netlink = netlink;
	nflog->memory = memory_resize(NULL, NETLINK_RECEIVE_SIZE);
	if (!configure(nflog, group, error))
		return nflog;
	nflog_close(nflog);
	return NULL;
}

void nflog_close(struct nflog *nflog)
{
	if (!nflog)
		return;
	netlink_close(nflog->netlink);
	free(nflog->memory);
	free(nflog);
}

/* ---- packets ---- */

static void read_ports(struct flow *flow, const uint8_t *header, size_t size)
{
	switch (flow->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		break;
	default:
		return;
	}
	if (size < 4)
		return;
	flow->ports = true;
	flow->source_port = (uint16_t)(header[0] << 8 | header[1]);
	flow->destination_port = (uint16_t)(header[2] << 8 | header[3]);
}

static bool read_inet(struct flow *flow, const uint8_t *packet, size_t size)
{
	struct iphdr header;

	if (size < sizeof header)
		return false;
	memcpy(&header, packet, sizeof header);
	flow->source = (struct address){.given = true, .family = AF_INET};
	flow->destination = flow->source;
	memcpy(flow->source.bytes, &header.saddr, sizeof header.saddr);
	memcpy(flow->destination.bytes, &header.daddr, sizeof header.daddr);
	flow->protocol = header.protocol;
	if (size > header.ihl * 4U && !(ntohs(header.frag_off) & 0x1fff))
		read_ports(flow, packet + header.ihl * 4U, size - header.ihl * 4U);
	return true;
}

static bool read_inet6(struct flow *flow, const uint8_t *packet, size_t size)
{
	struct ip6_hdr header;

	if (size < sizeof header)
		return false;
	memcpy(&header, packet, sizeof header);
	flow->source = (struct address){.given = true, .family = AF_INET6};
	flow->destination = flow->source;
	memcpy(flow->source.bytes, &header.ip6_src, sizeof header.ip6_src);
	memcpy(flow->destination.bytes, &header.ip6_dst, sizeof header.ip6_dst);
	flow->protocol = header.ip6_nxt;
	read_ports(flow, packet + sizeof header, size - sizeof header);
	return true;
}

static uint32_t get_number(const struct nlattr *attribute)
{
	return mnl_attr_validate(attribute, MNL_TYPE_U32) < 0 ? 0
	                                                      : ntohl(mnl_attr_get_u32(attribute));
}

/* Returns false if the message doesn't report a flow. */
static bool read_flow(const struct nlmsghdr *message, struct flow *flow)
{
	const struct nlattr *attribute;
	const struct nlattr *payload = NULL;
	const uint8_t *packet;

	memset(flow, 0, sizeof *flow);
	if (message->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET))
		return false;
	mnl_attr_for_each(attribute, message, sizeof(struct nfgenmsg))
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type == NFULA_PREFIX && !mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING))
			sscanf(mnl_attr_get_str(attribute), "rule %u", &flow->preference);
		else if (type == NFULA_IFINDEX_INDEV)
			flow->input = get_number(attribute);
		else if (type == NFULA_IFINDEX_OUTDEV)
			flow->output = get_number(attribute);
		else if (type == NFULA_PAYLOAD)
			payload = attribute;
	}
	if (!payload || !mnl_attr_get_payload_len(payload))
		return false;
	packet = mnl_attr_get_payload(payload);
	return *packet >> 4 == 6 ? read_inet6(flow, packet, mnl_attr_get_payload_len(payload))
	                         : read_inet(flow, packet, mnl_attr_get_payload_len(payload));
}

static int receive(struct nflog *nflog, bool *lost, struct error *error)
{
	for (;;) {
		ssize_t received = recv(
			netlink_descriptor(nflog->netlink), nflog->memory, NETLINK_RECEIVE_SIZE, 0);

		nflog->rest =
			(struct message_walk){nflog->memory, received > 0 ? (size_t)received : 0};
		if (received >= 0)
			return 0;
		if (errno == ENOBUFS)
			*lost = true;
		else if (errno != EINTR)
			return error_set(
				error, STATUS_REFUSED, "nfnetlink_log: %s", strerror(errno));
	}
}

int nflog_next(struct nflog *nflog, struct flow *flow, bool *lost, struct error *error)
{
	*lost = false;
	for (;;) {
		const struct nlmsghdr *message;

		while ((message = message_next(&nflog->rest)))
			if (read_flow(message, flow))
				return 0;
		if (receive(nflog, lost, error))
			return -1;
	}
}
