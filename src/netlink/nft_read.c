/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the set that keeps the entries. */
#include "netlink/nft.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/udata.h>

#include "base/error.h"
#include "netlink/nft_dump.h"
#include "netlink/nft_layout.h"

enum { READ_ATTEMPTS = 10 };

static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};

struct reading {
	uint8_t family; /* AF_INET, AF_INET6 */
	struct vector *found;
};

static void note_entry(const struct nft_seen *seen, void *context)
{
	struct reading *reading = context;
	struct nft_found *found =
		vector_push(reading->found, &(struct nft_found){.family = reading->family});

	memcpy(&found->key, seen->key, sizeof found->key);
	found->traffic = (struct traffic){true, seen->packets, seen->bytes};
	snprintf(found->comment, sizeof found->comment, "%s", seen->comment);
}

/*
 * Up to version 0.2 each entry had its own rules, each with the entry's comment, one after the
 * other.
 */
static void note_old_entry(const char *chain, const char *comment, void *context)
{
	struct reading *reading = context;
	struct vector *found = reading->found;
	struct nft_found entry = {.family = reading->family};

	(void)chain;
	for (size_t i = 0; i < found->count; i++) {
		const struct nft_found *other = vector_at(found, i);

		if (other->family == entry.family && !strcmp(other->comment, comment))
			return;
	}
	snprintf(entry.comment, sizeof entry.comment, "%s", comment);
	if (*comment)
		vector_push(found, &entry);
}

/* A table without entries is of an older version, or left over. */
static int read_family(struct netlink *nft, uint8_t family, struct reading *reading,
	bool *interrupted, bool *outdated, struct error *error)
{
	size_t before = reading->found->count;
	bool there;
	bool dormant;

	if (nft_dump_set(
		    nft, family, nft_sets[NFT_RULES].name, note_entry, reading, interrupted, error))
		return -1;
	if (reading->found->count != before || *interrupted)
		return 0;
	if (nft_dump_table(nft, family, &there, &dormant, error))
		return -1;
	*outdated |= there;
	return there ? nft_dump_rules(nft, family, note_old_entry, reading, interrupted, error) : 0;
}

int nft_read_one(struct netlink *nft, uint32_t key, struct nft_found *found, bool *there,
	struct error *error)
{
	struct vector all = {.size = sizeof *found};
	struct reading reading = {.family = AF_INET, .found = &all};
	int status =
		nft_dump_element(nft, nft_sets[NFT_RULES].name, key, note_entry, &reading, error);

	*there = all.count == 1;
	if (*there)
		*found = *(const struct nft_found *)vector_at(&all, 0);
	vector_free(&all);
	return status;
}

int nft_read(struct netlink *nft, struct vector *found, bool *outdated, struct error *error)
{
	struct reading reading = {.found = found};
	bool interrupted = true;

	found->size = sizeof(struct nft_found);
	for (int attempt = 0; interrupted && attempt < READ_ATTEMPTS; attempt++) {
		found->count = 0;
		interrupted = false;
		*outdated = false;
		for (size_t i = 0; i < sizeof families && !interrupted; i++) {
			reading.family = families[i] == NFPROTO_IPV6 ? AF_INET6 : AF_INET;
			if (read_family(nft, families[i], &reading, &interrupted, outdated, error))
				return -1;
		}
	}
	return 0;
}
