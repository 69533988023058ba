/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap seg6local: the action for packets to one of this node's segments (RFC 8986;
 * linux/seg6_local.h). */
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/seg6_local.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/class.h"
#include "kind/device.h"
#include "kind/encap/encap.h"
#include "kind/encap/flavors.h"
#include "kind/program.h"
#include "kind/encap/segments.h"
#include "kind/word.h"

/* The kernel's default (net/ipv6/seg6_local.c). */
enum {
	BLOCK_BITS = 32,
	FUNCTION_BITS = 16,
};

struct seg6local {
	uint8_t family;
	struct number action; /* SEG6_LOCAL_ACTION_… */
	struct srh srh;
	struct number class, vrf_class;
	struct address inet, inet6;
	struct device in, out;
	struct program program;
	struct counters counters;
	struct number flavors, block, function;
	struct attributes others;
};

static const struct choice actions[] = {
	{.word = "End", .value = SEG6_LOCAL_ACTION_END},
	{.word = "End.X", .value = SEG6_LOCAL_ACTION_END_X},
	{.word = "End.T", .value = SEG6_LOCAL_ACTION_END_T},
	{.word = "End.DX2", .value = SEG6_LOCAL_ACTION_END_DX2},
	{.word = "End.DX6", .value = SEG6_LOCAL_ACTION_END_DX6},
	{.word = "End.DX4", .value = SEG6_LOCAL_ACTION_END_DX4},
	{.word = "End.DT6", .value = SEG6_LOCAL_ACTION_END_DT6},
	{.word = "End.DT4", .value = SEG6_LOCAL_ACTION_END_DT4},
	{.word = "End.DT46", .value = SEG6_LOCAL_ACTION_END_DT46},
	{.word = "End.B6", .value = SEG6_LOCAL_ACTION_END_B6},
	{.word = "End.B6.Encaps", .value = SEG6_LOCAL_ACTION_END_B6_ENCAP},
	{.word = "End.BM", .value = SEG6_LOCAL_ACTION_END_BM},
	{.word = "End.S", .value = SEG6_LOCAL_ACTION_END_S},
	{.word = "End.AS", .value = SEG6_LOCAL_ACTION_END_AS},
	{.word = "End.AM", .value = SEG6_LOCAL_ACTION_END_AM},
	{.word = "End.BPF", .value = SEG6_LOCAL_ACTION_END_BPF},
	{.word = NULL},
};

#define AT(member) .offset = offsetof(struct seg6local, member)

static const struct field rows[] = {
	{.word = "action",
		.kind = &kind_word,
		AT(action),
		.attribute = SEG6_LOCAL_ACTION,
		.flags = FIELD_INFO,
		.width = 4,
		.choices = actions,
		.help = "End, End.X, End.T, End.DX2, End.DX4, End.DX6, End.DT4, End.DT6, End.DT46, "
			"End.B6, End.B6.Encaps, End.BPF, as RFC 8986 calls them",
		.sample = "action End"},
	{.word = "srh",
		.kind = &kind_srh,
		AT(srh),
		.attribute = SEG6_LOCAL_SRH,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "the header that End.B6 inserts and End.B6.Encaps adds",
		.sample = "srh segs 2001:db8::8,2001:db8::9 hmac 7"},
	{.word = "table",
		.kind = &kind_class,
		AT(class),
		.attribute = SEG6_LOCAL_TABLE,
		.flags = FIELD_INFO,
		.help = "class that looks up the next address",
		.sample = "table 100"},
	{.word = "vrftable",
		.kind = &kind_class,
		AT(vrf_class),
		.attribute = SEG6_LOCAL_VRFTABLE,
		.flags = FIELD_INFO,
		.help = "the same, by the VRF that the class belongs to",
		.sample = "vrftable 100"},
	{.word = "nh4",
		.kind = &kind_address,
		AT(inet),
		.attribute = SEG6_LOCAL_NH4,
		.address_family = AF_INET,
		.flags = FIELD_INFO,
		.help = "the next router, IPv4",
		.sample = "nh4 192.0.2.1"},
	{.word = "nh6",
		.kind = &kind_address,
		AT(inet6),
		.attribute = SEG6_LOCAL_NH6,
		.address_family = AF_INET6,
		.flags = FIELD_INFO,
		.help = "the next router, IPv6",
		.sample = "nh6 2001:db8::1"},
	{.word = "iif",
		.kind = &kind_device,
		AT(in),
		.attribute = SEG6_LOCAL_IIF,
		.flags = FIELD_INFO,
		.help = "its input device",
		.sample = "iif eth0"},
	{.word = "oif",
		.kind = &kind_device,
		AT(out),
		.attribute = SEG6_LOCAL_OIF,
		.flags = FIELD_INFO,
		.help = "its output device",
		.sample = "oif eth1"},
	{.word = "endpoint",
		.kind = &kind_program,
		AT(program),
		.attribute = SEG6_LOCAL_BPF,
		.flags = FIELD_INFO,
		.help = "program of End.BPF",
		.sample = "endpoint obj"},
	{.word = "count",
		.kind = &kind_counters,
		AT(counters),
		.attribute = SEG6_LOCAL_COUNTERS,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_ANY,
		.help = "count packets, bytes and errors: -s shows them",
		.sample = "count"},
	{.word = "flavors",
		.kind = &kind_flavors,
		AT(flavors),
		.attribute = SEG6_LOCAL_FLV_OPERATION,
		.nest = SEG6_LOCAL_FLAVORS,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_ANY,
		.help = "psp, usp, usd, next-csid",
		.sample = "flavors psp,usd"},
	{.word = "lblen",
		.kind = &kind_octet,
		AT(block),
		.attribute = SEG6_LOCAL_FLV_LCBLOCK_BITS,
		.nest = SEG6_LOCAL_FLAVORS,
		.flags = FIELD_INFO,
		.help = "bits of the locator block, for next-csid",
		.sample = "lblen 32"},
	{.word = "nflen",
		.kind = &kind_octet,
		AT(function),
		.attribute = SEG6_LOCAL_FLV_LCNODE_FN_BITS,
		.nest = SEG6_LOCAL_FLAVORS,
		.flags = FIELD_INFO,
		.help = "bits of the locator node function, for next-csid",
		.sample = "nflen 16"},
	ENCAP_OTHERS,
};

static int finish_seg6local(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct seg6local *local = record;

	(void)origin;
	(void)del;
	if (!local->action.given) {
		error_at(error, parser->words, parser->words->next, "the action is missing");
		error_fault(error, FAULT_MISSING, NULL, NULL);
		error_field(error, object_field(&encap_seg6local_object, "action"));
		return error_hint(error, "action End, End.X, End.DT6, ...");
	}
	local->srh.segments.spare = local->action.value != SEG6_LOCAL_ACTION_END_B6_ENCAP;
	if (!(local->flavors.value & 1U << SEG6_LOCAL_FLV_OP_NEXT_CSID) ||
		parser->dialect == DIALECT_IP)
		return 0;
	if (!local->block.given)
		local->block = (struct number){true, BLOCK_BITS};
	if (!local->function.given)
		local->function = (struct number){true, FUNCTION_BITS};
	return 0;
}

/* The form of the header depends on the action. */
static void put_seg6local(struct nlmsghdr *message, const void *record)
{
	const struct seg6local *local = record;
	uint8_t header[SRH_MAX];

	if (!local->srh.given)
		return;
	mnl_attr_put(message, SEG6_LOCAL_SRH,
		srh_build(header, &local->srh.segments, &local->srh.hmac), header);
}

static void seg6local_got(struct message *message, void *record)
{
	struct seg6local *local = record;
	const struct nlattr *attribute = message->attribute[SEG6_LOCAL_SRH];

	if (!attribute)
		return;
	srh_take(mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute),
		local->action.value != SEG6_LOCAL_ACTION_END_B6_ENCAP, message->arena,
		&local->srh.segments, &local->srh.hmac);
	local->srh.given = local->srh.segments.given;
}

const struct object encap_seg6local_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct seg6local),
	.finish = finish_seg6local,
	.put_header = put_seg6local,
	.got = seg6local_got,
	.once = true,
};
