/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, keys and hooks of the tables' content. */
#include "netlink/nft_layout.h"

#include <stdio.h>

#include <linux/netfilter.h>

/*
 * Our chains come before those of others at the usual priorities: ports before dstnat (-100),
 * masquerade before srcnat (100), valve before filter (0). Stateless translation is outside of
 * connection tracking: NAT routes before it (-200), NAT after it, so that connection tracking and a
 * firewall see only inside addresses. Replies are marked after programs that restore the whole mark
 * of a connection (-150).
 */
const struct nft_hook nft_hooks[NFT_BASE_CHAINS] = {
	[NFT_PREROUTING] = {"filter", NF_INET_PRE_ROUTING, -300},
	[NFT_MARK] = {"filter", NF_INET_PRE_ROUTING, -149},
	[NFT_MARK_OUTPUT] = {"route", NF_INET_LOCAL_OUT, -149},
	[NFT_PORTS] = {"nat", NF_INET_PRE_ROUTING, -101},
	[NFT_PORTS_OUTPUT] = {"nat", NF_INET_LOCAL_OUT, -101},
	[NFT_FORWARD] = {"filter", NF_INET_FORWARD, -1},
	[NFT_POSTROUTING] = {"nat", NF_INET_POST_ROUTING, 99},
	[NFT_TRANSLATE] = {"filter", NF_INET_POST_ROUTING, 300},
};

const char *const nft_base_names[NFT_BASE_CHAINS] = {
	[NFT_PREROUTING] = "prerouting",
	[NFT_MARK] = "replies",
	[NFT_MARK_OUTPUT] = "own-replies",
	[NFT_PORTS] = "ports",
	[NFT_PORTS_OUTPUT] = "own-ports",
	[NFT_FORWARD] = "forward",
	[NFT_POSTROUTING] = "postrouting",
	[NFT_TRANSLATE] = "translate",
};

const struct nft_set nft_sets[NFT_RECENT + 1] = {
	[NFT_RULES] = {.name = "rules", .counted = true},
	[NFT_MASQUERADED] = {.name = "masqueraded"},
	[NFT_VALVES] = {.name = "valves"},
	[NFT_LOGGED] = {.name = "logged", .verdicts = true},
	[NFT_SOURCES] = {.name = "sources", .verdicts = true},
	[NFT_TRANSLATED] = {.name = "translated", .verdicts = true},
	[NFT_ANSWERED] = {.name = "answered", .verdicts = true},
	[NFT_ARRIVALS] = {.name = "arrivals", .verdicts = true, .key = NFT_KEY_DEVICE},
	[NFT_ANSWERS] = {.name = "answers", .verdicts = true, .key = NFT_KEY_MARK},
	[NFT_MARKS] = {.name = "marks", .key = NFT_KEY_MARK},
	[NFT_FORWARDS] = {.name = "forwards", .verdicts = true, .key = NFT_KEY_SERVICE},
	[NFT_FORWARDED] = {.name = "forwarded", .key = NFT_KEY_ADDRESS},
	[NFT_LOOPS] = {.name = "loops", .key = NFT_KEY_DEVICES, .recent = true},
	[NFT_ROUTES] = {.name = "routes", .verdicts = true, .key = NFT_KEY_ADDRESS},
	[NFT_RECENT] = {.name = "recent", .key = NFT_KEY_ADDRESS, .recent = true},
};

void nft_set_name(char name[NFT_NAME_MAX], uint8_t set, uint8_t length)
{
	if (set == NFT_ROUTES)
		snprintf(name, NFT_NAME_MAX, "%s%d", nft_sets[set].name, length);
	else
		snprintf(name, NFT_NAME_MAX, "%s", nft_sets[set].name);
}

void nft_recent_name(char name[NFT_NAME_MAX], uint32_t key)
{
	snprintf(name, NFT_NAME_MAX, "%s-%u", nft_sets[NFT_RECENT].name, key);
}

bool nft_has_length(const uint64_t lengths[3], int length)
{
	return lengths[length / 64] >> length % 64 & 1;
}
