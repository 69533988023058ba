/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of a family's table for a list of entries. The number of rules that a packet passes
 * does not grow with the entries: base chains look up its realm (or address) in sets and maps, and
 * entries that need expressions of their own have a chain that a map leads to.
 *
 *   set  rules        {key}                every entry: its comment keeps the words, its counter
 *                                          counts the packets that the rule routed
 *   set  masqueraded  {realm}              masq
 *   set  valves       {realm << 16}        valve
 *   map  logged       {realm : jump}       to the chain log-KEY
 *   map  sources      {realm : goto}       masq as, nat: to source-KEY; or to postrouting-REALM
 *   map  translated   {realm : goto}       to nat-KEY, or translate-REALM
 *   map  answered     {realm << 16 : goto} to forward-REALM
 *   map  arrivals     {device : goto}      reply: to arrived-MARK, which marks the connection
 *   map  answers      {mark : goto}        to answer-MARK, which marks its replies
 *   set  marks        {mark}               reply marks
 *   map  forwards     {address . protocol . ports : goto} NAT routes for ports: to port-KEY
 *   set  forwarded    {address}            their targets, which pass valves
 *   set  loops        {device . device}    the same device twice: packets that leave by their
 *                                          input device
 *   map  routesN      {network : goto}     NAT routes of the prefix length N: to route-KEY
 *   set  recent-KEY   {address}            senders to that NAT route within the last minute
 *
 * postrouting-REALM, translate-REALM and forward-REALM serve a class that several rules look up:
 * they match the selectors of each rule in order. IPv6 has no realms: its base chains do the same.
 */
#ifndef NETLINK_NFT_LAYOUT_H
#define NETLINK_NFT_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

enum { NFT_NAME_MAX = 32, NFT_KEY_MAX = 24 };

/* The hook of a base chain. */
struct nft_hook {
	const char *type; /* "nat", "filter", "route" */
	uint32_t number;  /* NF_INET_… */
	int32_t priority;
};

enum nft_set_kind {
	NFT_RULES,
	NFT_MASQUERADED,
	NFT_VALVES,
	NFT_LOGGED,
	NFT_SOURCES,
	NFT_TRANSLATED,
	NFT_ANSWERED,
	NFT_ARRIVALS,
	NFT_ANSWERS,
	NFT_MARKS,
	NFT_FORWARDS,
	NFT_FORWARDED,
	NFT_LOOPS,
	NFT_ROUTES, /* one for each prefix length */
	NFT_RECENT, /* one for each NAT route */
};

enum nft_key {
	NFT_KEY_REALM,
	NFT_KEY_ADDRESS,
	NFT_KEY_DEVICE,
	NFT_KEY_MARK,
	NFT_KEY_SERVICE, /* address . protocol . a range of ports */
	NFT_KEY_DEVICES, /* two indexes */
};

struct nft_set {
	const char *name; /* for NFT_ROUTES without the length */
	bool verdicts;    /* a map to verdicts */
	bool counted;     /* each element has a counter */
	uint8_t key;      /* enum nft_key: type of its keys */
	bool recent;      /* packets add elements to it, for a limited time */
};
/* The sets, indexed by enum nft_set_kind. */
extern const struct nft_set nft_sets[NFT_RECENT + 1];

/* The kind of a chain decides its rules: see nft_rules.h. */
enum nft_chain_kind {
	NFT_PREROUTING,
	NFT_MARK,
	NFT_MARK_OUTPUT,
	NFT_PORTS,
	NFT_PORTS_OUTPUT,
	NFT_FORWARD,
	NFT_POSTROUTING,
	NFT_TRANSLATE,
	NFT_BASE_CHAINS, /* those above have hooks */
	NFT_CLASS_FORWARD = NFT_BASE_CHAINS,
	NFT_CLASS_POSTROUTING,
	NFT_CLASS_TRANSLATE,
	NFT_GUARD,
	NFT_ERRORS,
	NFT_ARRIVED,
	NFT_ANSWER,
	NFT_LOG,
	NFT_SOURCE,
	NFT_NAT,
	NFT_PORT,
	NFT_ROUTE,
};
/* Hooks and names of the base chains. */
extern const struct nft_hook nft_hooks[NFT_BASE_CHAINS];
extern const char *const nft_base_names[NFT_BASE_CHAINS];

/* Writes the name of an element's set; for NFT_ROUTES that of the prefix length. */
void nft_set_name(char name[NFT_NAME_MAX], uint8_t set, uint8_t length);
void nft_recent_name(char name[NFT_NAME_MAX], uint32_t key);
bool nft_has_length(const uint64_t lengths[3], int length);

#endif
