/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap ip, encap ip6: the tunnel header that an `external` tunnel device adds to a packet. */
#include <sys/socket.h>

#include <linux/lwtunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/bits.h"
#include "kind/encap/encap.h"
#include "kind/encap/geneve.h"
#include "kind/encap/tunnel.h"

/* Both families use the same attribute numbers. */
struct tunnel {
	uint8_t family;
	struct wide id;
	struct address source, destination;
	struct number ttl;
	struct byte tos;
	struct bits flags;
	struct geneve geneve;
	struct number vxlan;
	struct erspan erspan;
	struct attributes others;
};

/* Values of TUNNEL_… in linux/if_tunnel.h, in host byte order. */
static const struct choice flags[] = {
	{.word = "key", .value = 0x04},
	{.word = "csum", .value = 0x01},
	{.word = "seq", .value = 0x08},
	{.word = NULL},
};

/* The kernel reports all attributes; `ip` also shows those that are 0 because words left them
 * out. */
static bool shows_set(const struct field *field, const void *record, const struct view *view)
{
	return view->dialect == DIALECT_IP ? field_given(field, record)
	                                   : field_tells(field, record);
}

#define AT(member) .offset = offsetof(struct tunnel, member)

/* The rows of both families; LWTUNNEL_IP6_… are the same numbers as LWTUNNEL_IP_…. `this_end` and
 * `other_end` are addresses for the samples. */
#define TUNNEL_ROWS(family, this_end, other_end, hop_limit, traffic_class)                      \
	{.word = "id",                                                                          \
		.kind = &kind_wide,                                                             \
		AT(id),                                                                         \
		.attribute = LWTUNNEL_IP_ID,                                                    \
		.flags = FIELD_INFO,                                                            \
		.shown = shows_set,                                                             \
		.help = "key or network number (VNI) in the tunnel's header",                   \
		.sample = "id 100"},                                                            \
		{.word = "src",                                                                 \
			.kind = &kind_address,                                                  \
			AT(source),                                                             \
			.attribute = LWTUNNEL_IP_SRC,                                           \
			.address_family = family,                                               \
			.flags = FIELD_INFO,                                                    \
			.shown = shows_set,                                                     \
			.help = "this end of the tunnel",                                       \
			.sample = "src " this_end},                                             \
		{.word = "dst",                                                                 \
			.kind = &kind_address,                                                  \
			AT(destination),                                                        \
			.attribute = LWTUNNEL_IP_DST,                                           \
			.address_family = family,                                               \
			.flags = FIELD_INFO,                                                    \
			.shown = shows_set,                                                     \
			.help = "its other end",                                                \
			.sample = "dst " other_end},                                            \
		{.word = hop_limit,                                                             \
			.kind = &kind_octet,                                                    \
			AT(ttl),                                                                \
			.attribute = LWTUNNEL_IP_TTL,                                           \
			.flags = FIELD_INFO,                                                    \
			.shown = shows_set,                                                     \
			.help = "hop limit of the tunnel's header",                             \
			.sample = hop_limit " 64"},                                             \
		{.word = traffic_class,                                                         \
			.kind = &kind_tos,                                                      \
			AT(tos),                                                                \
			.attribute = LWTUNNEL_IP_TOS,                                           \
			.flags = FIELD_INFO,                                                    \
			.shown = shows_set,                                                     \
			.help = "type of service of the tunnel's header",                       \
			.sample = traffic_class " 0x10"},                                       \
		{.word = "flags",                                                               \
			.kind = &kind_bits,                                                     \
			AT(flags),                                                              \
			.attribute = LWTUNNEL_IP_FLAGS,                                         \
			.flags = FIELD_BARE | FIELD_INFO,                                       \
			.choices = flags,                                                       \
			.help = "the header has a key, a checksum, sequence numbers",           \
			.sample = "key csum"},                                                  \
		{.word = "geneve_opts",                                                         \
			.kind = &kind_geneve,                                                   \
			AT(geneve),                                                             \
			.attribute = LWTUNNEL_IP_OPTS_GENEVE,                                   \
			.nest = LWTUNNEL_IP_OPTS,                                               \
			.flags = FIELD_INFO,                                                    \
			.help = "options of a Geneve header",                                   \
			.sample = "geneve_opts 258:128:00000001"},                              \
		{.word = "vxlan_opts",                                                          \
			.kind = &kind_vxlan,                                                    \
			AT(vxlan),                                                              \
			.attribute = LWTUNNEL_IP_OPTS_VXLAN,                                    \
			.nest = LWTUNNEL_IP_OPTS,                                               \
			.flags = FIELD_INFO,                                                    \
			.help = "group policy of a VXLAN header",                               \
			.sample = "vxlan_opts 456"},                                            \
		{.word = "erspan_opts",                                                         \
			.kind = &kind_erspan,                                                   \
			AT(erspan),                                                             \
			.attribute = LWTUNNEL_IP_OPTS_ERSPAN,                                   \
			.nest = LWTUNNEL_IP_OPTS,                                               \
			.flags = FIELD_INFO,                                                    \
			.help = "of an ERSPAN header: version 1 has an index, 2 direction and " \
				"hardware",                                                     \
			.sample = "erspan_opts 1:123:0:0"},                                     \
		ENCAP_OTHERS

static const struct field ip_rows[] = {
	TUNNEL_ROWS(AF_INET, "192.0.2.1", "192.0.2.9", "ttl", "tos")};
static const struct field ip6_rows[] = {
	TUNNEL_ROWS(AF_INET6, "2001:db8::1", "2001:db8::9", "hoplimit", "tc")};

_Static_assert(LWTUNNEL_IP6_ID == (int)LWTUNNEL_IP_ID && LWTUNNEL_IP6_DST == (int)LWTUNNEL_IP_DST &&
		       LWTUNNEL_IP6_SRC == (int)LWTUNNEL_IP_SRC &&
		       LWTUNNEL_IP6_HOPLIMIT == (int)LWTUNNEL_IP_TTL &&
		       LWTUNNEL_IP6_TC == (int)LWTUNNEL_IP_TOS &&
		       LWTUNNEL_IP6_FLAGS == (int)LWTUNNEL_IP_FLAGS &&
		       LWTUNNEL_IP6_OPTS == (int)LWTUNNEL_IP_OPTS,
	"encap ip and encap ip6 have the same rows");

static int finish_tunnel(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	const struct object *object = origin->object;
	int first = -1;

	(void)del;
	(void)record;
	for (int i = 0; i < object->count; i++) {
		if (object->fields[i].nest != LWTUNNEL_IP_OPTS || origin->word[i] < 0)
			continue;
		if (first >= 0)
			return error_at(error, parser->words,
				origin->word[i] > origin->word[first] ? origin->word[i]
								      : origin->word[first],
				"options of different tunnels exclude each other");
		first = i;
	}
	return 0;
}

const struct object encap_ip_object = {
	.name = "encap",
	.fields = ip_rows,
	.count = sizeof ip_rows / sizeof *ip_rows,
	.size = sizeof(struct tunnel),
	.finish = finish_tunnel,
	.once = true,
};

const struct object encap_ip6_object = {
	.name = "encap",
	.fields = ip6_rows,
	.count = sizeof ip6_rows / sizeof *ip6_rows,
	.size = sizeof(struct tunnel),
	.finish = finish_tunnel,
	.once = true,
};
