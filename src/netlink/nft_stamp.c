/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stamp is the comment of an element whose key is the generation. */
#include "netlink/nft_stamp.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>

#include "base/error.h"
#include "netlink/netlink.h"
#include "netlink/nft_batch.h"
#include "netlink/nft_dump.h"
#include "netlink/nft_entry.h"
#include "netlink/nft_plan.h"

/* Elements that have a counter have a comment, too. */
static const struct nft_set stamp_set = {.name = "state", .counted = true};

enum { OLDER_MAX = 32 };

#define FORMAT                                                                                     \
	"generation %" SCNu32 " older %" SCNu32 " digest %" SCNx64 " entries %" SCNu32 "/%" SCNu32 \
	"/%" SCNu32 "/%" SCNu32 "/%" SCNu32 "/%" SCNu32

/* ---- generations ---- */

static int read_generation(const struct nlattr *attribute, void *context)
{
	if (mnl_attr_get_type(attribute) == NFTA_GEN_ID &&
		mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
		*(uint32_t *)context = ntohl(mnl_attr_get_u32(attribute));
	return MNL_CB_OK;
}

static void read_answer(const struct nlmsghdr *message, void *context)
{
	mnl_attr_parse(message, sizeof(struct nfgenmsg), read_generation, context);
}

uint32_t nft_generation(struct netlink *nft)
{
	char memory[128];
	struct nlmsghdr *request =
		nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETGEN, NFPROTO_UNSPEC, NLM_F_ACK, 0);
	struct answer answer;
	struct error ignored;
	uint32_t generation = 0;

	if (netlink_request(nft, request, &answer, read_answer, &generation, &ignored) ||
		answer.number)
		return 0;
	return generation;
}

/* Counts as nf_tables_commit() does. */
uint32_t nft_generation_next(uint32_t generation)
{
	return generation + 1 ? generation + 1 : 1;
}

/* ---- the stamp ---- */

static void read_stamp(const struct nft_seen *seen, void *context)
{
	struct nft_stamp *stamp = context;
	uint32_t *words = stamp->words;

	stamp->given =
		sscanf(seen->comment, FORMAT, &stamp->generation, &stamp->older, &stamp->digest,
			&words[0], &words[1], &words[2], &words[3], &words[4], &words[5]) == 9;
}

int nft_stamp_read(struct netlink *nft, struct nft_stamp *stamp, struct error *error)
{
	uint32_t generation = nft_generation(nft);

	*stamp = (struct nft_stamp){0};
	if (nft_dump_element(nft, stamp_set.name, generation, read_stamp, stamp, error))
		return -1;
	stamp->given &= generation && stamp->generation == generation;
	return 0;
}

void nft_stamp_make_set(struct nft_batch *batch)
{
	nft_batch_set(batch, true, &stamp_set, stamp_set.name);
}

void nft_stamp_write(struct nft_batch *batch, const struct nft_stamp *stamp)
{
	const uint32_t *words = stamp->words;
	bool clear = stamp->older >= OLDER_MAX; /* also if the number is unknown */
	struct nft_entry entry = {0};
	struct nft_element element = {.key_size = sizeof stamp->generation, .entry = &entry};

	memcpy(element.key, &stamp->generation, sizeof stamp->generation);
	snprintf(entry.comment, sizeof entry.comment,
		"generation %" PRIu32 " older %" PRIu32 " digest %" PRIx64 " entries %" PRIu32
		"/%" PRIu32 "/%" PRIu32 "/%" PRIu32 "/%" PRIu32 "/%" PRIu32,
		stamp->generation, clear ? 0 : stamp->older + 1, stamp->digest, words[0], words[1],
		words[2], words[3], words[4], words[5]);
	if (clear)
		nft_batch_flush_set(batch, stamp_set.name);
	nft_batch_element(batch, true, &stamp_set, stamp_set.name, &element);
}
