/* SPDX-License-Identifier: GPL-2.0-or-later */
/* If these functions fail, the caller reads the complete tables and reports why that fails. */
#include "state/vouched.h"

#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "model/rule.h"
#include "netlink/netlink.h"
#include "netlink/nft.h"
#include "state/bindings.h"

enum { JOINED_MAX = 16 };

/* ---- the digest ---- */

/* FNV-1a */
static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3U;
	return hash;
}

static uint64_t mix_prefix(uint64_t hash, const struct prefix *prefix)
{
	uint8_t length = prefix->given ? prefix->length : 0;

	hash = mix(hash, &length, sizeof length);
	return length ? mix(hash, prefix->bytes, 4) : hash;
}

uint64_t vouched_digest(const struct rule *rule)
{
	uint32_t tag = rule_tag(rule);
	uint64_t hash = 0xcbf29ce484222325U;

	if (!tag || rule->family != AF_INET)
		return 0;
	hash = mix(hash, &rule->preference.value, sizeof rule->preference.value);
	hash = mix(hash, &tag, sizeof tag);
	hash = mix_prefix(hash, &rule->source);
	hash = mix_prefix(hash, &rule->destination);
	return rule->input.given ? mix(hash, rule->input.name, strlen(rule->input.name)) : hash;
}

/* ---- reading ---- */

bool vouched_for(const struct vector *rules, struct nft_stamp *stamp)
{
	struct error ignored;
	struct netlink *nft = nft_open(&ignored);
	uint64_t digest = 0;
	bool given = nft && !nft_stamp_read(nft, stamp, &ignored) && stamp->given;

	netlink_close(nft);
	for (size_t i = 0; given && i < rules->count; i++)
		digest += vouched_digest(vector_at(rules, i));
	return given && digest == stamp->digest;
}

bool vouched_read(const uint32_t *realms, size_t count, uint32_t generation, struct vector *entries)
{
	struct error ignored;
	struct netlink *nft = nft_open(&ignored);
	struct nft_entry entry;
	bool there = nft;

	entries->size = sizeof entry;
	for (size_t i = 0; i < count && there; i++) {
		there = !bindings_read_one(nft, realms[i], &entry, &there, &ignored) && there;
		if (there)
			vector_push(entries, &entry);
	}
	there = there && nft_generation(nft) == generation;
	netlink_close(nft);
	return there;
}

/* Collects the realms of the rules that have a part in nftables. Returns false if they can't be
 * read this way. */
static bool find_realms(const struct vector *rules, uint32_t realms[JOINED_MAX], size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (!bindings_concern(&rule_object, rule))
			continue;
		if (rule->family != AF_INET || !rule_tag(rule) || *count == JOINED_MAX)
			return false;
		realms[(*count)++] = rule_tag(rule);
	}
	return true;
}

bool vouched_join(const struct vector *all, struct vector *rules)
{
	uint32_t realms[JOINED_MAX];
	struct vector entries = {0};
	struct nft_stamp stamp;
	size_t count, next = 0;
	bool read;

	if (!find_realms(rules, realms, &count))
		return false;
	read = !count || (vouched_for(all, &stamp) &&
				 vouched_read(realms, count, stamp.generation, &entries));
	for (size_t i = 0; read && next < count; i++)
		if (bindings_concern(&rule_object, vector_at(rules, i)))
			bindings_join_entry(vector_at(&entries, next++), vector_at(rules, i));
	vector_free(&entries);
	return read;
}
