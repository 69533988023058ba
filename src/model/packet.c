/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a packet, in the order of the usage. */
#include "model/packet.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/packet_value.h"
#include "names/names.h"

/* Newer than Debian 12's headers: linux/rtnetlink.h of 6.13, RTA_FLOWLABEL. */
enum { ATTRIBUTE_FLOW_LABEL = 31 };

#define AT(member)     .offset = offsetof(struct packet, member)
#define HEADER(member) .header = offsetof(struct rtmsg, member)

static const struct field rows[] = {
	{.word = "to",
		.kind = &kind_host,
		AT(destination),
		.attribute = RTA_DST,
		HEADER(rtm_dst_len),
		.flags = FIELD_POSITIONAL | FIELD_KEY,
		.help = "where the packet goes",
		.blame = "dst|destination",
		.sample = "192.0.2.7"},
	{.word = "from",
		.kind = &kind_host,
		AT(source),
		.attribute = RTA_SRC,
		HEADER(rtm_src_len),
		.help = "its source address",
		.blame = "src|source address",
		.sample = "from 192.0.2.1"},
	{.word = "iif",
		.kind = &kind_device,
		AT(input),
		.attribute = RTA_IIF,
		.help = "input device; without it, the packet is from this host",
		.blame = "iif|input device",
		.sample = "iif eth0"},
	{.word = "dev",
		.synonyms = "oif",
		.kind = &kind_device,
		AT(output),
		.attribute = RTA_OIF,
		.help = "the device that the sending socket is bound to",
		.blame = "oif|output device|ENODEV",
		.sample = "dev eth1"},
	{.word = "vrf",
		.kind = &kind_vrf_device,
		AT(vrf),
		.attribute = RTA_OIF,
		.help = "the VRF that the sending socket is bound to",
		.sample = "vrf eth1"},
	{.word = "tos",
		.synonyms = "dsfield",
		.kind = &kind_tos,
		AT(tos),
		HEADER(rtm_tos),
		.help = "its type of service, hexadecimal",
		.blame = "tos|dsfield",
		.sample = "tos 0x10"},
	{.word = "mark",
		.synonyms = "fwmark",
		.kind = &kind_number,
		AT(mark),
		.attribute = RTA_MARK,
		.help = "its firewall mark",
		.sample = "mark 0x1"},
	{.word = "uid",
		.kind = &kind_user,
		AT(uid),
		.attribute = RTA_UID,
		.help = "the user whose socket sends it",
		.sample = "uid 1000"},
	{.word = "ipproto",
		.kind = &kind_transport,
		AT(transport),
		.attribute = RTA_IP_PROTO,
		.help = "its IP protocol",
		.blame = "ip protocol|ip_proto",
		.sample = "ipproto udp"},
	{.word = "sport",
		.kind = &kind_port,
		AT(source_port),
		.attribute = RTA_SPORT,
		.help = "its source port",
		.blame = "sport",
		.sample = "sport 1024"},
	{.word = "dport",
		.kind = &kind_port,
		AT(destination_port),
		.attribute = RTA_DPORT,
		.help = "its destination port",
		.blame = "dport",
		.sample = "dport 80"},
	{.word = "flowlabel",
		.kind = &kind_flow_label,
		AT(flow_label),
		.attribute = ATTRIBUTE_FLOW_LABEL,
		.help = "its flow label (IPv6)",
		.blame = "flow label|flowlabel",
		.sample = "flowlabel 0x12345"},
	{.word = "as",
		.kind = &kind_new_destination,
		AT(new_destination),
		.attribute = RTA_NEWDST,
		.flags = FIELD_IP,
		.help = "the destination that it is rewritten to; no kernel answers that",
		.sample = "as 10.9.0.1"},
	{.word = "fibmatch",
		.kind = &kind_flag,
		AT(match),
		HEADER(rtm_flags),
		.bits = RTM_F_FIB_MATCH,
		.help = "show the route as it is in its class",
		.sample = "fibmatch"},
	{.word = "notify",
		.kind = &kind_flag,
		AT(notify),
		HEADER(rtm_flags),
		.bits = RTM_F_NOTIFY,
		.help = "ask the kernel to report changes of the route (IPv4)",
		.sample = "notify"},
	{.word = "connected",
		.kind = &kind_flag,
		AT(connected),
		HEADER(rtm_flags),
		.help = "ask again from the source address found: what a connected socket gets",
		.sample = "connected"},
};

static int check_vrf(const struct parser *parser, const struct packet *packet,
	const struct origin *origin, struct error *error)
{
	int word = origin_value(origin, "vrf");

	if (!packet->vrf.given || names_device_class(parser->names, parser->words->word[word]))
		return 0;
	error_at(error, parser->words, word, "\"%s\" is not a VRF", parser->words->word[word]);
	error_field(error, object_field(&packet_object, "vrf"));
	return error_hint(error, "`ip vrf` lists them");
}

static int finish_packet(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct packet *packet = record;

	(void)del;
	packet->family = parser->family ? parser->family : AF_INET;
	/* `default` is an address of the line's family. */
	if (packet->destination.given)
		packet->destination.family = packet->family;
	if (!packet->destination.given && parser->dialect == DIALECT_OWN)
		return error_at(error, parser->words, parser->words->count,
			"the destination of the packet is missing");
	if (packet->vrf.given && packet->output.given && parser->dialect == DIALECT_OWN)
		return error_at(error, parser->words, origin_word(origin, "vrf"),
			"\"vrf\" and \"dev\" exclude each other");
	return check_vrf(parser, packet, origin, error);
}

static void put_packet_header(struct nlmsghdr *message, const void *record)
{
	const struct packet *packet = record;
	struct rtmsg *header = NLMSG_DATA(message);

	/* IPv6 always reports the class, and refuses RTM_F_LOOKUP_TABLE. */
	if (packet->family == AF_INET)
		header->rtm_flags |= RTM_F_LOOKUP_TABLE;
}

const struct object packet_object = {
	.name = "packet",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct packet),
	.header_size = sizeof(struct rtmsg),
	.type_new = RTM_GETROUTE,
	.type_del = RTM_GETROUTE,
	.type_get = RTM_GETROUTE,
	.finish = finish_packet,
	.put_header = put_packet_header,
};
