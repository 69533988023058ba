/* encap ip, encap ip6: what a tunnel device that is `external` puts around a packet. */
#include <sys/socket.h>

#include <linux/lwtunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/bits.h"
#include "kind/encap.h"
#include "kind/geneve.h"
#include "kind/tunnel.h"

/* Both families: the numbers of their attributes are the same. */
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

/* The kernel tells all of them; those that words leave out are 0, and `ip` shows them so. */
static bool shows_set(const struct field *field, const void *record, const struct view *view)
{
	return view->dialect == DIALECT_IP ? field_given(field, record)
	                                   : field_tells(field, record);
}

#define AT(member) .offset = offsetof(struct tunnel, member)

static const struct field ip_rows[] = {
	{.word = "id",
		.kind = &kind_wide,
		AT(id),
		.attribute = LWTUNNEL_IP_ID,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "key or network number (VNI) in the tunnel's header",
		.sample = "id 100"},
	{.word = "src",
		.kind = &kind_address,
		AT(source),
		.attribute = LWTUNNEL_IP_SRC,
		.bits = AF_INET,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "this end of the tunnel",
		.sample = "src 192.0.2.1"},
	{.word = "dst",
		.kind = &kind_address,
		AT(destination),
		.attribute = LWTUNNEL_IP_DST,
		.bits = AF_INET,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "its other end",
		.sample = "dst 192.0.2.9"},
	{.word = "ttl",
		.kind = &kind_octet,
		AT(ttl),
		.attribute = LWTUNNEL_IP_TTL,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "hop limit of the tunnel's header",
		.sample = "ttl 64"},
	{.word = "tos",
		.kind = &kind_tos,
		AT(tos),
		.attribute = LWTUNNEL_IP_TOS,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "type of service of the tunnel's header",
		.sample = "tos 0x10"},
	{.word = "flags",
		.kind = &kind_bits,
		AT(flags),
		.attribute = LWTUNNEL_IP_FLAGS,
		.flags = FIELD_BARE | FIELD_INFO,
		.extra = flags,
		.help = "its header has a key, a checksum, sequence numbers",
		.sample = "key csum"},
	{.word = "geneve_opts",
		.kind = &kind_geneve,
		AT(geneve),
		.attribute = LWTUNNEL_IP_OPTS_GENEVE,
		.nest = LWTUNNEL_IP_OPTS,
		.flags = FIELD_INFO,
		.help = "options of a Geneve header",
		.sample = "geneve_opts 258:128:00000001"},
	{.word = "vxlan_opts",
		.kind = &kind_vxlan,
		AT(vxlan),
		.attribute = LWTUNNEL_IP_OPTS_VXLAN,
		.nest = LWTUNNEL_IP_OPTS,
		.flags = FIELD_INFO,
		.help = "group policy of a VXLAN header",
		.sample = "vxlan_opts 456"},
	{.word = "erspan_opts",
		.kind = &kind_erspan,
		AT(erspan),
		.attribute = LWTUNNEL_IP_OPTS_ERSPAN,
		.nest = LWTUNNEL_IP_OPTS,
		.flags = FIELD_INFO,
		.help = "of an ERSPAN header: version 1 has an index, 2 direction and hardware",
		.sample = "erspan_opts 1:123:0:0"},
	{.word = "encap-attr",
		.kind = &kind_nest_attributes,
		AT(others),
		.bits = LWTUNNEL_IP_OPTS,
		.flags = FIELD_INFO | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.help = "an attribute that has no word here, as bytes",
		.sample = "encap-attr 99=0x0a000001"},
};

static const struct field ip6_rows[] = {
	{.word = "id",
		.kind = &kind_wide,
		AT(id),
		.attribute = LWTUNNEL_IP6_ID,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "key or network number (VNI) in the tunnel's header",
		.sample = "id 100"},
	{.word = "src",
		.kind = &kind_address,
		AT(source),
		.attribute = LWTUNNEL_IP6_SRC,
		.bits = AF_INET6,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "this end of the tunnel",
		.sample = "src 2001:db8::1"},
	{.word = "dst",
		.kind = &kind_address,
		AT(destination),
		.attribute = LWTUNNEL_IP6_DST,
		.bits = AF_INET6,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "its other end",
		.sample = "dst 2001:db8::9"},
	{.word = "hoplimit",
		.kind = &kind_octet,
		AT(ttl),
		.attribute = LWTUNNEL_IP6_HOPLIMIT,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "hop limit of the tunnel's header",
		.sample = "hoplimit 64"},
	{.word = "tc",
		.kind = &kind_tos,
		AT(tos),
		.attribute = LWTUNNEL_IP6_TC,
		.flags = FIELD_INFO,
		.shown = shows_set,
		.help = "type of service of the tunnel's header",
		.sample = "tc 0x10"},
	{.word = "flags",
		.kind = &kind_bits,
		AT(flags),
		.attribute = LWTUNNEL_IP6_FLAGS,
		.flags = FIELD_BARE | FIELD_INFO,
		.extra = flags,
		.help = "its header has a key, a checksum, sequence numbers",
		.sample = "key csum"},
	{.word = "geneve_opts",
		.kind = &kind_geneve,
		AT(geneve),
		.attribute = LWTUNNEL_IP_OPTS_GENEVE,
		.nest = LWTUNNEL_IP6_OPTS,
		.flags = FIELD_INFO,
		.help = "options of a Geneve header",
		.sample = "geneve_opts 258:128:00000001"},
	{.word = "vxlan_opts",
		.kind = &kind_vxlan,
		AT(vxlan),
		.attribute = LWTUNNEL_IP_OPTS_VXLAN,
		.nest = LWTUNNEL_IP6_OPTS,
		.flags = FIELD_INFO,
		.help = "group policy of a VXLAN header",
		.sample = "vxlan_opts 456"},
	{.word = "erspan_opts",
		.kind = &kind_erspan,
		AT(erspan),
		.attribute = LWTUNNEL_IP_OPTS_ERSPAN,
		.nest = LWTUNNEL_IP6_OPTS,
		.flags = FIELD_INFO,
		.help = "of an ERSPAN header: version 1 has an index, 2 direction and hardware",
		.sample = "erspan_opts 1:123:0:0"},
	{.word = "encap-attr",
		.kind = &kind_nest_attributes,
		AT(others),
		.bits = LWTUNNEL_IP6_OPTS,
		.flags = FIELD_INFO | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.help = "an attribute that has no word here, as bytes",
		.sample = "encap-attr 99=0x0a000001"},
};

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
				"a packet has options of one kind of tunnel");
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
