/* Entries of the tool's nftables tables without their rule or route. */
#include "policy/orphans.h"

#include "base/error.h"
#include "model/route.h"
#include "policy/bindings.h"
#include "policy/store.h"

static bool note_route(const void *record, void *context)
{
	struct binding binding = binding_of_route(record);

	vector_push(context, &binding);
	return true;
}

static bool is_known(const struct vector *known, const struct binding *binding)
{
	for (size_t i = 0; i < known->count; i++)
		if (bindings_alike(vector_at(known, i), binding))
			return true;
	return false;
}

int orphans_find(struct netlink *netlink, uint8_t family, const struct vector *rules,
	void (*each)(const char *words, void *context), void *context, struct error *error)
{
	const struct scope scope = {.class = CLASS_LOCAL, .protocol = PROTOCOL_TRANSLATED};
	struct vector known = {.size = sizeof(struct binding)};
	struct bindings bindings = {0};
	struct error ignored;
	struct netlink *nft = nft_open(&ignored);
	int status = 0;

	/* Who may not read them is told elsewhere. */
	if (!nft || bindings_read(&bindings, nft, &ignored))
		bindings.entries.count = 0;
	for (size_t i = 0; bindings.entries.count && i < rules->count; i++) {
		struct binding binding = binding_of_rule(vector_at(rules, i), true);

		vector_push(&known, &binding);
	}
	if (bindings.entries.count)
		status =
			store_each(netlink, &route_object, &scope, note_route, &known, NULL, error);
	for (size_t i = 0; !status && i < bindings.entries.count; i++) {
		const struct nft_entry *entry = vector_at(&bindings.entries, i);

		if ((!family || entry->binding.family == family) &&
			!is_known(&known, &entry->binding))
			each(entry->comment, context);
	}
	vector_free(&known);
	bindings_free(&bindings);
	netlink_close(nft);
	return status;
}
