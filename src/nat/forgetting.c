/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rule of a flow by its addresses: the first entry that matches. Prefix NAT, log and
 * valve keep no state and never outdate a flow. A flow through a forwarded port is found by its
 * original destination address and port. */
#include "nat/forgetting.h"

#include <sys/socket.h>

#include "netlink/conntrack.h"
#include "netlink/nft_entry.h"
#include "state/bindings.h"
#include "nat/entries.h"

struct forgetting {
	const struct vector *before, *after;
	struct vector changed; /* struct binding: those in only one of both lists */
};

static bool holds(const struct prefix *prefix, const struct prefix *address)
{
	return !prefix->given || !prefix->length || prefix_holds(prefix, address);
}

static bool fits(const struct binding *binding, const struct flow_seen *flow)
{
	return binding->preference.given && binding->family == flow->source.family &&
	       holds(&binding->source, &flow->source) &&
	       holds(&binding->destination, &flow->destination);
}

static bool same_source(const struct binding *a, const struct binding *b)
{
	return kind_masquerade.same(&a->masquerade, &b->masquerade);
}

/* Returns the binding whose rule masquerades the flow; NULL if none does. */
static const struct binding *translator(const struct vector *entries, const struct flow_seen *flow)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);

		if (fits(&entry->binding, flow))
			return entry->binding.masquerade.given ? &entry->binding : NULL;
	}
	return NULL;
}

/* Returns true if the flow went to a forwarded port of this binding. */
static bool is_forwarded(const struct binding *binding, const struct flow_seen *flow)
{
	const struct service *service = &binding->service;

	return service->given && binding->family == flow->destination.family &&
	       prefix_holds(&binding->route, &flow->destination) &&
	       service->protocol == flow->protocol && service->first <= flow->port &&
	       service->last >= flow->port;
}

static bool is_outdated(const struct flow_seen *flow, void *context)
{
	const struct forgetting *forgetting = context;
	const struct binding *before;
	const struct binding *after;
	bool concerned = false;

	for (size_t i = 0; i < forgetting->changed.count && !concerned; i++) {
		if (is_forwarded(vector_at(&forgetting->changed, i), flow))
			return true;
		concerned = fits(vector_at(&forgetting->changed, i), flow);
	}
	if (!concerned)
		return false;
	before = translator(forgetting->before, flow);
	after = translator(forgetting->after, flow);
	if (before && after && bindings_alike(before, after) && same_source(before, after))
		return false;
	/* Keeps flows that other programs translate. */
	return flow->translated ? before != NULL : after != NULL;
}

static bool translates_alike(const struct binding *a, const struct binding *b)
{
	return a->masquerade.given == b->masquerade.given && same_source(a, b) &&
	       kind_service.same(&a->service, &b->service) &&
	       (!a->service.given || kind_prefix.same(&a->nat, &b->nat));
}

/* Adds the bindings that masquerade or forward ports and are in `entries` but not in the other
 * list. */
static void add_changed(
	struct vector *changed, const struct vector *entries, const struct vector *others)
{
	struct entry_index index;

	entry_index_make(&index, others);
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);
		const struct nft_entry *other;

		if (!entry->binding.masquerade.given && !entry->binding.service.given)
			continue;
		other = entry_index_find(&index, &entry->binding);
		if (!other || !translates_alike(&entry->binding, &other->binding))
			vector_push(changed, &entry->binding);
	}
	entry_index_free(&index);
}

static bool has_family(const struct vector *changed, uint8_t family)
{
	for (size_t i = 0; i < changed->count; i++)
		if (((const struct binding *)vector_at(changed, i))->family == family)
			return true;
	return false;
}

int flows_forget(struct netlink *nft, const struct vector *before, const struct vector *after,
	struct error *error)
{
	struct forgetting forgetting = {
		.before = before, .after = after, .changed = {.size = sizeof(struct binding)}};
	static const uint8_t families[] = {AF_INET, AF_INET6};
	int status = 0;

	add_changed(&forgetting.changed, before, after);
	add_changed(&forgetting.changed, after, before);
	for (size_t i = 0; i < sizeof families && !status; i++)
		if (has_family(&forgetting.changed, families[i]))
			status =
				conntrack_forget(nft, families[i], is_outdated, &forgetting, error);
	vector_free(&forgetting.changed);
	return status;
}
