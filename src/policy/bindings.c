/* Comments of nftables rules as bindings, and bindings as words of rules and routes. */
#include "policy/bindings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/netlink.h"
#include "output/text.h"
#include "policy/exact.h"

enum { COMMENT_WORDS_MAX = 32 };

/* ---- comments ---- */

static int read_comment(
	const struct lexicon *lexicon, const struct nft_found *found, struct binding *binding)
{
	const char *word[COMMENT_WORDS_MAX];
	char line[NFT_COMMENT_MAX];
	struct words words = {.word = word};
	struct parser parser = {.words = &words, .family = found->family, .family_word = -1};
	struct origin origin;
	struct error ignored;
	const char *reason;

	snprintf(line, sizeof line, "%s", found->comment);
	words.count = words_cut(line, word, COMMENT_WORDS_MAX, &reason);
	origin_clear(&origin, &binding_object);
	*binding = (struct binding){.family = found->family};
	if (words.count < 0)
		return -1;
	return fields_parse(&parser, lexicon, 0, binding, &origin, &ignored);
}

void bindings_add(struct vector *entries, const struct binding *binding)
{
	struct nft_entry entry = {.binding = *binding, .whole = true};
	struct view view = {.numeric = true, .family = binding->family};
	struct buffer text = {0};
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "");

	writer_begin(writer);
	fields_render(writer, &binding_object, binding, &view);
	writer_end(writer);
	writer_free(writer);
	snprintf(entry.comment, sizeof entry.comment, "%.*s",
		text.length ? (int)text.length - 1 : 0, buffer_text(&text));
	buffer_free(&text);
	entries->size = sizeof entry;
	vector_push(entries, &entry);
}

static uint32_t realm_of(const struct binding *binding)
{
	return binding->realm.given ? binding->realm.value : 0;
}

static int compare_realms(const void *a, const void *b)
{
	uint32_t left = realm_of(&((const struct nft_entry *)a)->binding);
	uint32_t right = realm_of(&((const struct nft_entry *)b)->binding);

	return left < right ? -1 : left > right;
}

int bindings_read(struct bindings *bindings, struct netlink *nft, struct error *error)
{
	struct lexicon *lexicon = lexicon_new(&binding_object, DIALECT_OWN);
	struct vector found = {0};
	int status = nft_read(nft, &found, &bindings->generation, error);

	bindings->entries.size = sizeof(struct nft_entry);
	bindings->entries.count = 0;
	bindings->broken = false;
	bindings->loaded = true;
	for (size_t i = 0; !status && i < found.count; i++) {
		const struct nft_found *one = vector_at(&found, i);
		struct nft_entry entry;

		memcpy(entry.comment, one->comment, sizeof entry.comment);
		entry.whole = one->rules == one->wanted;
		bindings->broken |= !entry.whole;
		if (read_comment(lexicon, one, &entry.binding))
			bindings->broken = true;
		else
			vector_push(&bindings->entries, &entry);
	}
	if (bindings->entries.count)
		qsort(bindings->entries.items, bindings->entries.count, sizeof(struct nft_entry),
			compare_realms);
	vector_free(&found);
	lexicon_free(lexicon);
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
	return object == &rule_object &&
	       (rule_tag(rule) ||
		       (rule->protocol.given && rule->protocol.value == PROTOCOL_TRANSLATED));
}

struct binding binding_of_rule(const struct rule *rule, bool shared)
{
	uint32_t tag = rule_tag(rule);

	return (struct binding){
		.family = rule->family,
		.preference = {true, rule->preference.value},
		.realm = {tag != 0, tag},
		.shared = {shared && tag},
		.source = rule->source,
		.destination = rule->destination,
		.input = rule->input,
		.masquerade = rule->masquerade,
		.nat = rule->nat,
		.log = rule->log,
		.valve = rule->valve,
	};
}

struct binding binding_of_route(const struct route *route)
{
	return (struct binding){
		.family = route->family,
		.route = route->destination,
		.nat = route->nat,
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
	if (a->family != b->family || a->realm.given != b->realm.given ||
		a->realm.value != b->realm.value || a->preference.given != b->preference.given ||
		a->preference.value != b->preference.value || !prefix_alike(&a->route, &b->route) ||
		!prefix_alike(&a->source, &b->source))
		return false;
	/* Alone in its class, a rule is known by its realm. */
	if (a->realm.given && (!a->shared.given || !b->shared.given))
		return true;
	return prefix_alike(&a->destination, &b->destination) && a->input.given == b->input.given &&
	       !strcmp(a->input.name, b->input.name);
}

/* ---- joining ---- */

static void load(struct bindings *bindings)
{
	struct error ignored;
	struct netlink *nft;

	if (bindings->loaded)
		return;
	bindings->loaded = true;
	nft = nft_open(&ignored);
	bindings->unreadable = !nft || bindings_read(bindings, nft, &ignored);
	netlink_close(nft);
}

static const struct nft_entry *entry_at(const struct bindings *bindings, size_t index)
{
	return vector_at(&bindings->entries, index);
}

static const struct nft_entry *find(const struct bindings *bindings, const struct binding *wanted)
{
	uint32_t realm = realm_of(wanted);
	size_t low = 0;
	size_t high = bindings->entries.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (realm_of(&entry_at(bindings, middle)->binding) >= realm)
			high = middle;
		else
			low = middle + 1;
	}
	for (; low < bindings->entries.count; low++) {
		const struct nft_entry *entry = entry_at(bindings, low);

		if (realm_of(&entry->binding) != realm)
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
	struct rule *rule = record;
	struct route *route = record;

	if (object == &route_object) {
		route->nat = binding->nat;
		return;
	}
	rule->masquerade = binding->masquerade;
	rule->nat = binding->nat;
	rule->log = binding->log;
	rule->valve = binding->valve;
	rule->retag.given = binding->shared.given && binding_acts(binding);
}

static void join_rule(const struct bindings *bindings, struct rule *rule)
{
	struct binding wanted = binding_of_rule(rule, true);
	const struct nft_entry *entry = find(bindings, &wanted);

	/* The kernel's own rules have a realm for the sake of others. */
	if (!entry && rule_is_builtin(rule))
		return;
	if (!entry) {
		rule->part = part_lacking(bindings);
		return;
	}
	binding_give(&entry->binding, &rule_object, rule);
	if (!entry->whole)
		rule->part = (struct part){true, PART_MISSING};
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
	load(bindings);
	if (object == &rule_object)
		join_rule(bindings, record);
	else
		join_route(bindings, record);
}
