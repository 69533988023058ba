/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns entries into elements of sets, and into chains where they need rules of their own. */
#include "netlink/nft_plan.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "kind/address_text.h"

void nft_plan_free(struct nft_plan *plan)
{
	vector_free(&plan->members);
	vector_free(&plan->chains);
	vector_free(&plan->elements);
}

struct making {
	struct nft_plan *plan;
	struct nft_chain base[NFT_BASE_CHAINS];
	bool used[NFT_BASE_CHAINS];
	bool guarded;         /* something is masqueraded */
	struct vector routes; /* const struct nft_entry *: NAT routes */
};

static void use(struct making *making, enum nft_chain_kind chain, enum nft_set_kind set)
{
	making->used[chain] = true;
	making->base[chain].sets |= 1U << set;
}

static struct nft_element *add_element(
	struct making *making, enum nft_set_kind set, uint32_t key, const struct nft_entry *entry)
{
	struct nft_element element = {.set = (uint8_t)set, .key_size = sizeof key, .entry = entry};

	memcpy(element.key, &key, sizeof key);
	return vector_push(&making->plan->elements, &element);
}

static void add_way(struct making *making, enum nft_set_kind set, uint32_t key, int32_t verdict,
	const char *chain, const struct nft_entry *entry)
{
	struct nft_element *element = add_element(making, set, key, entry);

	element->verdict = verdict;
	snprintf(element->chain, sizeof element->chain, "%s", chain);
}

static struct nft_chain *add_chain(struct making *making, enum nft_chain_kind kind,
	const char *name, uint32_t number, const struct nft_entry *const *entries, size_t count)
{
	struct nft_plan *plan = making->plan;
	struct nft_chain chain = {
		.kind = (uint8_t)kind,
		.family = plan->family,
		.first = plan->members.count,
		.count = count,
	};

	snprintf(chain.name, sizeof chain.name, "%s-%u", name, number);
	for (size_t i = 0; i < count; i++)
		vector_push(&plan->members, &entries[i]);
	return vector_push(&plan->chains, &chain);
}

static void plan_route(struct making *making, const struct nft_entry *entry)
{
	const struct prefix *prefix = &entry->binding.route;
	struct nft_chain *base = &making->base[NFT_PREROUTING];
	struct nft_element element = {
		.set = NFT_ROUTES,
		.length = prefix->length,
		.key_size = (uint8_t)address_size(prefix->family),
		.verdict = NFT_GOTO,
		.entry = entry,
	};
	const struct nft_chain *chain =
		add_chain(making, NFT_ROUTE, "route", entry->key, &entry, 1);

	memcpy(element.key, prefix->bytes, element.key_size);
	snprintf(element.chain, sizeof element.chain, "%s", chain->name);
	vector_push(&making->plan->elements, &element);
	making->used[NFT_PREROUTING] = true;
	use(making, NFT_TRANSLATE, NFT_RECENT);
	vector_push(&making->routes, &entry);
	base->lengths[prefix->length / 64] |= 1ULL << prefix->length % 64;
}

/* Address, protocol and port each use their own registers. */
static void put_service(struct nft_element *element, const struct binding *binding)
{
	size_t size = address_size(binding->route.family);
	uint16_t port = htons(binding->service.first);

	memset(element->key, 0, sizeof element->key);
	memcpy(element->key, binding->route.bytes, size);
	element->key[size] = binding->service.protocol;
	memcpy(element->key + size + 4, &port, sizeof port);
	element->key_size = (uint8_t)(size + 8);
	element->last = binding->service.last;
}

static void plan_service(struct making *making, const struct nft_entry *entry)
{
	const struct nft_chain *chain = add_chain(making, NFT_PORT, "port", entry->key, &entry, 1);
	struct nft_element *element;

	add_way(making, NFT_FORWARDS, 0, NFT_GOTO, chain->name, entry);
	put_service(vector_at(&making->plan->elements, making->plan->elements.count - 1),
		&entry->binding);
	element = add_element(making, NFT_FORWARDED, 0, entry);
	element->key_size = (uint8_t)address_size(entry->binding.nat.family);
	memcpy(element->key, entry->binding.nat.bytes, element->key_size);
	use(making, NFT_PORTS, NFT_FORWARDS);
	use(making, NFT_PORTS_OUTPUT, NFT_FORWARDS);
	use(making, NFT_POSTROUTING, NFT_LOOPS);
	making->base[NFT_FORWARD].sets |= 1U << NFT_FORWARDED;
}

/* Several rules may route the replies of one device. */
static void plan_reply(struct making *making, const struct nft_entry *entry)
{
	const struct reply *reply = &entry->binding.reply;
	struct nft_element *element;

	making->base[NFT_MARK].mask = making->base[NFT_MARK_OUTPUT].mask = reply->mask;
	use(making, NFT_MARK, NFT_ARRIVALS);
	use(making, NFT_MARK_OUTPUT, NFT_ANSWERS);
	add_way(making, NFT_ANSWERS, reply->value, NFT_GOTO,
		add_chain(making, NFT_ANSWER, "answer", reply->value, &entry, 1)->name, entry);
	add_element(making, NFT_MARKS, reply->value, entry);
	add_way(making, NFT_ARRIVALS, 0, NFT_GOTO,
		add_chain(making, NFT_ARRIVED, "arrived", reply->value, &entry, 1)->name, entry);
	element = vector_at(&making->plan->elements, making->plan->elements.count - 1);
	element->key_size = sizeof reply->device;
	memcpy(element->key, reply->device, sizeof reply->device);
}

/* Plans an entry that is the only one of its realm. */
static void plan_alone(struct making *making, const struct nft_entry *entry)
{
	const struct binding *binding = &entry->binding;
	uint32_t realm = binding->realm.value;

	use(making, NFT_TRANSLATE, NFT_RULES);
	if (binding->log.given) {
		use(making, NFT_POSTROUTING, NFT_LOGGED);
		add_way(making, NFT_LOGGED, realm, NFT_JUMP,
			add_chain(making, NFT_LOG, "log", realm, &entry, 1)->name, entry);
	}
	if (binding->masquerade.given) {
		making->guarded = true;
		use(making, NFT_POSTROUTING,
			binding->masquerade.family ? NFT_SOURCES : NFT_MASQUERADED);
		use(making, NFT_TRANSLATE, NFT_MASQUERADED);
		add_element(making, NFT_MASQUERADED, realm, entry);
	}
	if (binding->masquerade.family || binding->nat.given)
		add_way(making, NFT_SOURCES, realm, NFT_GOTO,
			add_chain(making, NFT_SOURCE, "source", realm, &entry, 1)->name, entry);
	if (binding->nat.given) {
		use(making, NFT_POSTROUTING, NFT_SOURCES);
		use(making, NFT_TRANSLATE, NFT_TRANSLATED);
		add_way(making, NFT_TRANSLATED, realm, NFT_GOTO,
			add_chain(making, NFT_NAT, "nat", realm, &entry, 1)->name, entry);
	}
	if (binding->valve.given) {
		use(making, NFT_FORWARD, NFT_VALVES);
		add_element(making, NFT_VALVES, realm << 16, entry);
	}
}

/* The common needs of the rules of a class. */
struct needs {
	bool source, valve;
};

static struct needs plan_members(
	struct making *making, const struct nft_entry *const *entries, size_t count)
{
	struct needs needs = {0};

	for (size_t i = 0; i < count; i++) {
		const struct binding *binding = &entries[i]->binding;

		needs.source |=
			binding->masquerade.given || binding->log.given || binding->nat.given;
		needs.valve |= binding->valve.given;
		making->guarded |= binding->masquerade.given;
		if (binding->nat.given)
			add_chain(making, NFT_NAT, "nat", entries[i]->key, &entries[i], 1);
	}
	return needs;
}

/* Plans the rules of a class, in their order. */
static void plan_class(struct making *making, const struct nft_entry *const *entries, size_t count)
{
	uint32_t realm = entries[0]->binding.realm.value;
	const struct needs needs = plan_members(making, entries, count);

	use(making, NFT_TRANSLATE, NFT_TRANSLATED);
	add_way(making, NFT_TRANSLATED, realm, NFT_GOTO,
		add_chain(making, NFT_CLASS_TRANSLATE, nft_base_names[NFT_TRANSLATE], realm,
			entries, count)
			->name,
		entries[0]);
	if (needs.source) {
		use(making, NFT_POSTROUTING, NFT_SOURCES);
		add_way(making, NFT_SOURCES, realm, NFT_GOTO,
			add_chain(making, NFT_CLASS_POSTROUTING, nft_base_names[NFT_POSTROUTING],
				realm, entries, count)
				->name,
			entries[0]);
	}
	if (needs.valve) {
		use(making, NFT_FORWARD, NFT_ANSWERED);
		add_way(making, NFT_ANSWERED, realm << 16, NFT_GOTO,
			add_chain(making, NFT_CLASS_FORWARD, nft_base_names[NFT_FORWARD], realm,
				entries, count)
				->name,
			entries[0]);
	}
}

/* Plans rules without realms (IPv6): the base chains themselves match their selectors. */
static void plan_selectors(
	struct making *making, const struct nft_entry *const *entries, size_t count)
{
	const struct needs needs = plan_members(making, entries, count);
	size_t first = making->plan->members.count;

	for (size_t i = 0; i < count; i++)
		vector_push(&making->plan->members, &entries[i]);
	for (int kind = NFT_FORWARD; kind < NFT_BASE_CHAINS; kind++) {
		if ((kind == NFT_POSTROUTING && !needs.source) ||
			(kind == NFT_FORWARD && !needs.valve))
			continue;
		making->used[kind] = true;
		making->base[kind].first = first;
		making->base[kind].count = count;
	}
}

static uint32_t class_realm(const struct nft_entry *entry)
{
	return entry->binding.realm.given ? entry->binding.realm.value : 0;
}

/* Compares by realm, then by address in memory, to keep the order. */
static int compare_classes(const void *a, const void *b)
{
	const struct nft_entry *left = *(const struct nft_entry *const *)a;
	const struct nft_entry *right = *(const struct nft_entry *const *)b;
	uint32_t realm = class_realm(left);
	uint32_t other = class_realm(right);

	if (realm != other)
		return realm < other ? -1 : 1;
	return left < right ? -1 : left > right;
}

static void plan_classes(struct making *making, struct vector *classed)
{
	const struct nft_entry *const *entries = classed->items;
	size_t end;

	if (!entries)
		return;
	vector_sort(classed, compare_classes);
	for (size_t i = 0; i < classed->count; i = end) {
		for (end = i; end < classed->count; end++)
			if (class_realm(entries[end]) != class_realm(entries[i]))
				break;
		if (class_realm(entries[i]))
			plan_class(making, entries + i, end - i);
		else
			plan_selectors(making, entries + i, end - i);
	}
}

static void add_base_chains(struct making *making)
{
	for (int kind = 0; kind < NFT_BASE_CHAINS; kind++) {
		struct nft_chain *chain = &making->base[kind];

		if (!making->used[kind])
			continue;
		chain->kind = (uint8_t)kind;
		chain->family = making->plan->family;
		snprintf(chain->name, sizeof chain->name, "%s", nft_base_names[kind]);
		vector_push(&making->plan->chains, chain);
	}
	if (making->guarded)
		snprintf(add_chain(making, NFT_GUARD, "", 0, NULL, 0)->name, NFT_NAME_MAX, "guard");
	if (making->routes.count)
		snprintf(add_chain(making, NFT_ERRORS, "", 0, making->routes.items,
				 making->routes.count)
				 ->name,
			NFT_NAME_MAX, "errors");
}

/* Only rules of another tool can cause two entries with one key. Keeps the first. */
static void sort_once(struct vector *items, int (*compare)(const void *a, const void *b))
{
	size_t kept = 0;

	vector_sort(items, compare);
	for (size_t i = 0; i < items->count; i++) {
		if (kept && !compare(vector_at(items, kept - 1), vector_at(items, i)))
			continue;
		if (kept != i)
			memcpy(vector_at(items, kept), vector_at(items, i), items->size);
		kept++;
	}
	items->count = kept;
}

void nft_plan_make(struct nft_plan *plan, uint8_t family, const struct vector *entries)
{
	struct making making = {.plan = plan, .routes = {.size = sizeof(const struct nft_entry *)}};
	struct vector classed = {.size = sizeof(const struct nft_entry *)};

	*plan = (struct nft_plan){
		.family = family,
		.members = {.size = sizeof(const struct nft_entry *)},
		.chains = {.size = sizeof(struct nft_chain)},
		.elements = {.size = sizeof(struct nft_element)},
	};
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);
		const struct binding *binding = &entry->binding;

		if ((binding->family == AF_INET6) != (family == NFPROTO_IPV6))
			continue;
		add_element(&making, NFT_RULES, entry->key, entry);
		if (entry->idle)
			continue;
		if (binding->reply.given)
			plan_reply(&making, entry);
		if (binding->service.given)
			plan_service(&making, entry);
		else if (binding->route.given)
			plan_route(&making, entry);
		else if (binding->realm.given && !binding->shared.given)
			plan_alone(&making, entry);
		else if (binding->realm.given || family == NFPROTO_IPV6)
			vector_push(&classed, &entry);
	}
	plan_classes(&making, &classed);
	add_base_chains(&making);
	memcpy(plan->lengths, making.base[NFT_PREROUTING].lengths, sizeof plan->lengths);
	sort_once(&plan->elements, nft_element_compare);
	sort_once(&plan->chains, nft_chain_compare);
	vector_free(&classed);
	vector_free(&making.routes);
}
