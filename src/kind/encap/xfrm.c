/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap xfrm: packets use the policy of an IPsec interface that is `external`. */
#include <linux/lwtunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/attributes.h"
#include "kind/device.h"
#include "kind/encap/encap.h"
#include "kind/number.h"

struct xfrm {
	uint8_t family;
	struct number id;
	struct device link;
	struct attributes others;
};

static const struct range ids = {1, UINT32_MAX};

#define AT(member) .offset = offsetof(struct xfrm, member)

static const struct field rows[] = {
	{.word = "if_id",
		.kind = &kind_number,
		AT(id),
		.attribute = LWT_XFRM_IF_ID,
		.flags = FIELD_INFO,
		.range = &ids,
		.help = "number of the policy's interface",
		.sample = "if_id 7"},
	{.word = "link_dev",
		.kind = &kind_device,
		AT(link),
		.attribute = LWT_XFRM_LINK,
		.flags = FIELD_INFO,
		.help = "the device below",
		.sample = "link_dev eth0"},
	ENCAP_OTHERS,
};

static int finish_xfrm(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	(void)origin;
	(void)del;
	if (((const struct xfrm *)record)->id.given)
		return 0;
	error_at(error, parser->words, parser->words->next, "the interface is missing");
	return error_hint(error, "if_id N");
}

const struct object encap_xfrm_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct xfrm),
	.finish = finish_xfrm,
	.once = true,
};
