/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comments of nftables rules as bindings, and bindings as words of rules and routes. */
#include "state/bindings.h"

#include <string.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"

enum { COMMENT_WORDS_MAX = 32 };

/* ---- comments ---- */

static int read_comment(
	const struct keywords *keywords, const struct nft_found *found, struct binding *binding)
{
	const char *word[COMMENT_WORDS_MAX];
	char line[NFT_COMMENT_MAX];
	struct words words = {.word = word};
	struct parser parser = {.words = &words, .family = found->family, .family_word = -1};
	struct error ignored;
	const char *reason;

	snprintf(line, sizeof line, "%s", found->comment);
	words.count = words_cut(line, word, COMMENT_WORDS_MAX, &reason);
	*binding = (struct binding){.family = found->family};
	if (words.count < 0)
		return -1;
	if (record_read(&parser, keywords, PURPOSE_SELECT, binding, NULL, &ignored))
		return -1;
	reply_settle(&binding->reply, &binding->input);
	binding->mark = reply_mark(&binding->reply);
	return 0;
}

void bindings_add(struct vector *entries, const struct binding *binding)
{
	struct nft_entry entry = {.binding = *binding, .whole = true};
	struct view view = {.numeric = true, .family = binding->family};
	struct buffer text = {0};

	fields_line(&text, &binding_object, binding, &view, "", false);
	snprintf(entry.comment, sizeof entry.comment, "%s", buffer_text(&text));
	buffer_free(&text);
	entries->size = sizeof entry;
	vector_push(entries, &entry);
}

static uint32_t realm_of(const struct binding *binding)
{
	return binding->realm.given ? binding->realm.value : 0;
}

int bindings_compare_sources(const struct binding *a, const struct binding *b)
{
	static const struct prefix all;
	const struct prefix *left = a->source.given ? &a->source : &all;
	const struct prefix *right = b->source.given ? &b->source : &all;

	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	return left->length ? memcmp(left->bytes, right->bytes, sizeof left->bytes) : 0;
}

/* Two that are alike are equal. */
static int compare_entries(const void *a, const void *b)
{
	const struct binding *left = &((const struct nft_entry *)a)->binding;
	const struct binding *right = &((const struct nft_entry *)b)->binding;

	if (realm_of(left) != realm_of(right))
		return realm_of(left) < realm_of(right) ? -1 : 1;
	if (left->preference.value != right->preference.value)
		return left->preference.value < right->preference.value ? -1 : 1;
	return bindings_compare_sources(left, right);
}

static int read_entry(
	const struct keywords *keywords, const struct nft_found *found, struct nft_entry *entry)
{
	*entry = (struct nft_entry){
		.key = found->key,
		.whole = true,
		.traffic = found->traffic,
	};
	memcpy(entry->comment, found->comment, sizeof entry->comment);
	return read_comment(keywords, found, &entry->binding);
}

int bindings_read_one(struct netlink *nft, uint32_t realm, struct nft_entry *entry, bool *there,
	struct error *error)
{
	struct keywords *keywords;
	struct nft_found found;

	if (nft_read_one(nft, realm, &found, there, error))
		return -1;
	if (!*there)
		return 0;
	keywords = keywords_new(&binding_object, DIALECT_OWN);
	*there = !read_entry(keywords, &found, entry) && !entry->binding.shared.given;
	keywords_free(keywords);
	return 0;
}

int bindings_read(struct bindings *bindings, struct netlink *nft, bool verify, struct error *error)
{
	struct keywords *keywords = keywords_new(&binding_object, DIALECT_OWN);
	struct vector found = {0};
	struct nft_entry entry;
	int status;

	bindings->generation = nft_generation(nft);
	status = nft_read(nft, &found, &bindings->outdated, error);

	bindings->entries.size = sizeof(struct nft_entry);
	bindings->entries.count = 0;
	bindings->loaded = true;
	for (size_t i = 0; !status && i < found.count; i++)
		if (read_entry(keywords, vector_at(&found, i), &entry))
			bindings->outdated = true;
		else
			vector_push(&bindings->entries, &entry);
	vector_free(&found);
	keywords_free(keywords);
	vector_sort(&bindings->entries, compare_entries);
	bindings->broken = bindings->outdated;
	/* Tables of an older version are rewritten completely. */
	for (size_t i = 0; bindings->broken && i < bindings->entries.count; i++)
		((struct nft_entry *)vector_at(&bindings->entries, i))->whole = false;
	if (status || !verify || bindings->broken)
		return status;
	status = nft_verify(nft, &bindings->entries, &bindings->faults, error);
	bindings->broken = bindings->faults.broken;
	return status;
}

void bindings_free(struct bindings *bindings)
{
	vector_free(&bindings->entries);
}

/* ---- bindings of records ---- */

bool bindings_concern(const struct object *object, const void *record)
{
	const struct route *route = record;
	const struct rule *rule = record;

	if (object == &route_object)
		return route_translates(route);
	return object == &rule_object && (rule_tag(rule) || rule_is_owned(rule));
}

/* The protocol shows that it is a reply mark, even if nftables has lost its device. */
static struct mark mark_of(const struct rule *rule)
{
	return rule->reply.given || rule_is_owned(rule) ? rule->mark : (struct mark){0};
}

struct binding binding_of_rule(const struct rule *rule, bool shared)
{
	uint32_t tag = rule_tag(rule);

	return (struct binding){
		.mark = mark_of(rule),
		.family = rule->family,
		.preference = {true, rule->preference.value},
		.realm = {tag != 0, tag},
		.shared = {shared && tag},
		.source = rule->source,
		.destination = rule->destination,
		.input = rule->input,
		.reply = rule->reply,
		.masquerade = rule->masquerade,
		.nat = rule->nat,
		.log = rule->log,
		.valve = rule->valve,
		.count = rule->count,
		.owner = {rule->owner.given, rule->owner.value},
	};
}

struct binding binding_of_route(const struct route *route)
{
	return (struct binding){
		.family = route->family,
		.route = route->destination,
		.service = route->service,
		.nat = route->nat,
		.owner = {route->owner.given, route->owner.value},
	};
}

static bool prefix_alike(const struct prefix *a, const struct prefix *b)
{
	uint8_t left = a->given ? a->length : 0;
	uint8_t right = b->given ? b->length : 0;

	return left == right && (!left || !memcmp(a->bytes, b->bytes, sizeof a->bytes));
}

bool bindings_alike(const struct binding *a, const struct binding *b)
{
	if (a->family != b->family || a->mark.given != b->mark.given ||
		(a->mark.given && !kind_mark.same(&a->mark, &b->mark)) ||
		a->service.protocol != b->service.protocol ||
		a->service.first != b->service.first || a->realm.given != b->realm.given ||
		a->realm.value != b->realm.value || a->preference.given != b->preference.given ||
		a->preference.value != b->preference.value || !prefix_alike(&a->route, &b->route) ||
		!prefix_alike(&a->source, &b->source))
		return false;
	/* A rule that is alone in its class is identified by its realm. */
	if (a->realm.given && (!a->shared.given || !b->shared.given))
		return true;
	return prefix_alike(&a->destination, &b->destination) && a->input.given == b->input.given &&
	       !strcmp(a->input.name, b->input.name);
}

/* ---- joining ---- */

void bindings_load(struct bindings *bindings)
{
	struct error ignored;
	struct netlink *nft;

	if (bindings->loaded)
		return;
	bindings->loaded = true;
	nft = nft_open(&ignored);
	bindings->unreadable = !nft || bindings_read(bindings, nft, true, &ignored);
	netlink_close(nft);
}

static const struct nft_entry *entry_at(const struct bindings *bindings, size_t index)
{
	return vector_at(&bindings->entries, index);
}

static const struct nft_entry *find(const struct bindings *bindings, const struct binding *wanted)
{
	const struct nft_entry like = {.binding = *wanted};
	size_t at = vector_lower_bound(&bindings->entries, &like, compare_entries);

	for (; at < bindings->entries.count; at++) {
		const struct nft_entry *entry = entry_at(bindings, at);

		if (compare_entries(entry, &like))
			break;
		if (bindings_alike(&entry->binding, wanted))
			return entry;
	}
	return NULL;
}

static struct part part_lacking(const struct bindings *bindings)
{
	return (struct part){true, bindings->unreadable ? PART_UNREADABLE : PART_MISSING};
}

void binding_give(const struct binding *binding, const struct object *object, void *record)
{
	const struct byte owner = {binding->owner.given, (uint8_t)binding->owner.value};
	struct rule *rule = record;
	struct route *route = record;

	if (object == &route_object) {
		route->nat = binding->nat;
		route->owner = owner;
		route->service = binding->service;
		return;
	}
	rule->masquerade = binding->masquerade;
	rule->nat = binding->nat;
	rule->log = binding->log;
	rule->valve = binding->valve;
	rule->count = binding->count;
	rule->reply = binding->reply;
	rule->owner = owner;
	rule->retag.given = binding->shared.given && binding_acts(binding);
}

void bindings_join_entry(const struct nft_entry *entry, struct rule *rule)
{
	binding_give(&entry->binding, &rule_object, rule);
	if (rule_translates(rule))
		rule->traffic = entry->traffic;
	if (!entry->whole)
		rule->part = (struct part){true, PART_MISSING};
}

static void join_rule(const struct bindings *bindings, struct rule *rule)
{
	struct binding wanted = binding_of_rule(rule, true);
	const struct nft_entry *entry = find(bindings, &wanted);

	/* The kernel's own rules have a realm only because of other rules of their class. */
	if (!entry && rule_is_builtin(rule))
		return;
	if (!entry) {
		rule->part = part_lacking(bindings);
		return;
	}
	bindings_join_entry(entry, rule);
}

static void join_route(const struct bindings *bindings, struct route *route)
{
	struct binding wanted = binding_of_route(route);
	const struct nft_entry *entry = find(bindings, &wanted);

	if (!entry)
		route->part = part_lacking(bindings);
	else
		binding_give(&entry->binding, &route_object, route);
	if (entry && !entry->whole)
		route->part = (struct part){true, PART_MISSING};
}

void bindings_join(struct bindings *bindings, const struct object *object, void *record)
{
	bindings_load(bindings);
	if (object == &rule_object)
		join_rule(bindings, record);
	else
		join_route(bindings, record);
}
