/* What stands in nftables before, while and after rules change. */
#include "policy/entries.h"

#include <string.h>

#include "model/rule.h"
#include "policy/bindings.h"
#include "policy/exact.h"

/* Does a rule of the same class translate? */
static bool class_translates(const struct vector *rules, const struct rule *rule)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (rule_translates(other) && other->class.given &&
			other->class.value == rule->class.value)
			return true;
	}
	return false;
}

void entries_of_rules(struct vector *entries, const struct vector *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		bool shared = false;
		struct binding binding;

		if ((rule->part.given && !rule_translates(rule)) ||
			(!rule_tag(rule) && !rule_translates(rule)))
			continue;
		if (rule_tag(rule))
			shared = rule_shares(rules, i);
		binding = binding_of_rule(rule, shared);
		if (rule_translates(rule) || (shared && class_translates(rules, rule)))
			bindings_add(entries, &binding);
	}
}

void entries_copy(struct vector *entries, const struct vector *from)
{
	entries->size = sizeof(struct nft_entry);
	for (size_t i = 0; i < from->count; i++)
		vector_push(entries, vector_at(from, i));
}

bool entries_hold(const struct vector *entries, const struct nft_entry *entry)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *other = vector_at(entries, i);

		if (other->binding.family == entry->binding.family &&
			!strcmp(other->comment, entry->comment))
			return true;
	}
	return false;
}

const struct nft_entry *entries_find(const struct vector *entries, const struct binding *binding)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *other = vector_at(entries, i);

		if (bindings_alike(&other->binding, binding))
			return other;
	}
	return NULL;
}

static int64_t place(const struct vector *entries, size_t index)
{
	const struct nft_entry *entry = vector_at(entries, index);

	return entry->binding.preference.given ? (int64_t)entry->binding.preference.value : -1;
}

void entries_between(const struct vector *now, const struct vector *wanted, struct vector *entries)
{
	entries->size = sizeof(struct nft_entry);
	for (size_t i = 0; i < now->count; i++) {
		const struct nft_entry *entry = vector_at(now, i);
		const struct nft_entry *next = entries_find(wanted, &entry->binding);

		if (entries_hold(wanted, entry) ||
			(next && next->binding.shared.given && !entry->binding.shared.given))
			continue;
		if (binding_acts(&entry->binding))
			vector_push(entries, entry);
	}
	for (size_t i = 0; i < wanted->count; i++) {
		const struct nft_entry *entry = vector_at(wanted, i);
		const struct nft_entry *before = entries_find(now, &entry->binding);

		if (binding_acts(&entry->binding) ? !before || entry->binding.shared.given ||
							    !before->binding.shared.given
						  : before != NULL)
			vector_push(entries, entry);
	}
}

bool entries_same(const struct vector *a, const struct vector *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!entries_hold(b, vector_at(a, i)))
			return false;
	return a->count == b->count;
}

void entries_order(struct vector *entries)
{
	/* They come in one or two runs that are in order. */
	for (size_t i = 1; i < entries->count; i++) {
		struct nft_entry entry = *(struct nft_entry *)vector_at(entries, i);
		size_t at = i;

		while (at && place(entries, at - 1) > place(entries, i))
			at--;
		if (at == i)
			continue;
		memmove(vector_at(entries, at + 1), vector_at(entries, at),
			(i - at) * sizeof entry);
		memcpy(vector_at(entries, at), &entry, sizeof entry);
	}
}
