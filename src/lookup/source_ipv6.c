/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses an IPv6 source address by the rules of RFC 6724, section 5, in the order of
 * ipv6_get_saddr_eval() in net/ipv6/addrconf.c, with the default policy table. */
#include <string.h>
#include <sys/socket.h>

#include <linux/if_addr.h>

#include "lookup/ipv6_address.h"
#include "lookup/source.h"

/* Scopes of multicast addresses (RFC 4291, section 2.7). */
enum { SCOPE_LINK = 2, SCOPE_SITE = 5, SCOPE_GLOBAL = 14 };

/* ip6addrlbl_init_table in net/ipv6/addrlabel.c, the longest prefix first. */
static const struct label_prefix {
	uint8_t bytes[16];
	uint8_t length, label;
} labels[] = {
	{{[15] = 1}, 128, 0},
	{{[10] = 0xff, 0xff}, 96, 4},
	{{0}, 96, 3},
	{{0x20, 0x01}, 32, 6},
	{{0x20, 0x01, 0x00, 0x10}, 28, 7},
	{{0x3f, 0xfe}, 16, 12},
	{{0x20, 0x02}, 16, 2},
	{{0xfe, 0xc0}, 10, 11},
	{{0xfc}, 7, 5},
	{{0}, 0, 1},
};

static int label_of(const uint8_t *address)
{
	const struct label_prefix *label = labels;

	while (!bits_agree(label->bytes, address, label->length))
		label++;
	return label->label;
}

static int scope_of(const uint8_t *bytes)
{
	if (ipv6_is_multicast(bytes))
		return bytes[1] & 0x0f;
	if (ipv6_is_link_local(bytes) || ipv6_is_loopback(bytes))
		return SCOPE_LINK;
	return ipv6_is_site_local(bytes) ? SCOPE_SITE : SCOPE_GLOBAL;
}

static bool is_orchid(const uint8_t *address)
{
	static const uint8_t orchid[16] = {0x20, 0x01, 0x00, 0x10};

	return bits_agree(orchid, address, 28);
}

static int common_bits(const uint8_t *a, const uint8_t *b, int most)
{
	int bits = 0;

	while (bits < most && bits_agree(a, b, (unsigned)bits + 1))
		bits++;
	return bits;
}

/* Prefers the smallest scope that is wide enough for the destination; if all are too small, the
 * widest. */
static int scope_value(int scope, int wanted)
{
	return scope >= wanted ? -scope : scope - 128;
}

enum { RULES = 9 };

struct score {
	int value[RULES];
};

static struct score score_of(
	const struct snapshot_address *address, uint32_t device, const uint8_t *destination)
{
	const uint8_t *bytes = address->local.bytes;
	bool loopback = ipv6_is_loopback(bytes);

	return (struct score){{
		!memcmp(bytes, destination, 16),
		scope_value(scope_of(bytes), scope_of(destination)),
		loopback || !(address->flags & (IFA_F_DEPRECATED | IFA_F_OPTIMISTIC)),
		!(address->flags & IFA_F_HOMEADDRESS),
		!device || address->device == device,
		label_of(bytes) == label_of(destination),
		!(address->flags & IFA_F_TEMPORARY),
		is_orchid(bytes) == is_orchid(destination),
		common_bits(bytes, destination, address->length),
	}};
}

static bool is_better(const struct score *a, const struct score *b)
{
	for (int i = 0; i < RULES; i++)
		if (a->value[i] != b->value[i])
			return a->value[i] > b->value[i];
	return false;
}

static bool is_candidate(const struct snapshot *snapshot, const struct snapshot_address *address,
	uint32_t device, bool only_device)
{
	if (address->local.family != AF_INET6 ||
		(address->flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) == IFA_F_TENTATIVE)
		return false;
	if (only_device)
		return address->device == device;
	return device_vrf(snapshot, address->device) == device_vrf(snapshot, device);
}

static struct address select_address(
	const struct snapshot *snapshot, uint32_t device, const uint8_t *destination)
{
	const struct vector *all = snapshot_addresses(snapshot);
	bool only_device = device && scope_of(destination) <= SCOPE_LINK;
	struct address best = {.family = AF_INET6};
	struct score best_score;

	if (device && ipv6_is_multicast(destination))
		only_device = true;
	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);
		struct score score;

		if (!is_candidate(snapshot, address, device, only_device))
			continue;
		score = score_of(address, device, destination);
		if (best.given && !is_better(&score, &best_score))
			continue;
		best = address->local;
		best.given = true;
		best_score = score;
	}
	return best;
}

struct address source_ipv6(
	const struct snapshot *snapshot, const struct hop *hop, const uint8_t *destination)
{
	if (hop->node && hop->node->source.given)
		return hop->node->source;
	return select_address(snapshot, hop->device, destination);
}
