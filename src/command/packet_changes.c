/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares two policies: joins their diagrams into one of pairs of outcomes, and lists the changes
 * by words for sets of packets (covers.c), by the paths of the diagram, or by the rules that
 * decide.
 */
#include "command/packet_changes.h"

#include <string.h>
#include <sys/socket.h>

#include "command/covers.h"
#include "command/witness.h"

/* Returns the class that is shown with an outcome; 0: none. Every kernel has 253 to 255, and the
 * number of a private class is internal. */
static uint32_t shown_class(const struct comparing *comparing, uint32_t outcome)
{
	const struct set_outcome *found = policy_sets_outcome(comparing->sets, outcome);
	bool usual = found->class >= CLASS_DEFAULT && found->class <= CLASS_LOCAL;
	bool private = found->rule && (found->rule->own.given || found->rule->gone.given);

	return usual || private ? 0 : found->class;
}

/* Returns true if two pairs with the same texts are shown alike. Unchanged ones are not shown. */
static bool is_shown_alike(const struct comparing *comparing, const struct outcome_pair *a,
	const struct outcome_pair *b)
{
	return !a->changed ||
	       (shown_class(comparing, a->before) == shown_class(comparing, b->before) &&
		       shown_class(comparing, a->after) == shown_class(comparing, b->after));
}

/* Returns the number of a pair of outcomes; pairs that are shown alike are one. */
static uint32_t join_outcomes(uint32_t before, uint32_t after, void *context)
{
	struct comparing *comparing = context;
	uint32_t texts[2] = {text_of(comparing, before), text_of(comparing, after)};
	struct outcome_pair pair = {
		.before = before, .after = after, .changed = texts[0] != texts[1]};
	uint32_t hash = (uint32_t)(hash_words(0, texts, sizeof texts) >> 32);
	size_t place = 0;
	uint32_t *known;

	while ((known = hash_table_next(&comparing->by_texts, hash, &place)) != NULL) {
		const struct outcome_pair *other = pair_at(comparing, *known);

		if (text_of(comparing, other->before) == texts[0] &&
			text_of(comparing, other->after) == texts[1] &&
			is_shown_alike(comparing, &pair, other))
			return *known;
	}
	hash_table_add(&comparing->by_texts, hash, (uint32_t)comparing->pairs.count);
	vector_push(&comparing->pairs, &pair);
	return (uint32_t)comparing->pairs.count - 1;
}

static void add_outcome(struct buffer *out, const struct comparing *comparing, uint32_t outcome)
{
	uint32_t class = shown_class(comparing, outcome);

	if (class)
		buffer_format(out, "class %u ", class);
	buffer_string(out, policy_sets_text(comparing->sets, outcome));
}

static void report(struct comparing *comparing, const char *words, uint32_t number,
	const struct packet *witness)
{
	const struct outcome_pair *pair = pair_at(comparing, number);
	struct packet_change change = {.packets = words, .witness = *witness};
	struct buffer before = {0};
	struct buffer after = {0};
	struct buffer packet = {0};

	add_outcome(&before, comparing, pair->before);
	add_outcome(&after, comparing, pair->after);
	change.before = buffer_text(&before);
	change.after = buffer_text(&after);
	witness_words(&packet, comparing->after, &change.witness);
	change.packet = buffer_text(&packet);
	comparing->ended = !comparing->each(&change, comparing->context);
	buffer_free(&before);
	buffer_free(&after);
	buffer_free(&packet);
}

/* ---- the rest, path by path ---- */

/* Returns true if these words were reported before. Many paths may have the same words, such as
 * `(some)` of a mark. */
static bool is_reported(struct comparing *comparing, const char *words, uint32_t number)
{
	uint64_t hash = number;
	uint32_t *item;
	size_t place = 0;

	for (const char *at = words; *at; at++)
		hash = hash_word(hash, (uint8_t)*at);
	item = hash_table_next(&comparing->reported, (uint32_t)(hash >> 32), &place);
	for (; item; item = hash_table_next(&comparing->reported, (uint32_t)(hash >> 32), &place))
		if (*item == (uint32_t)hash >> 1)
			return true;
	hash_table_add(&comparing->reported, (uint32_t)(hash >> 32), (uint32_t)hash >> 1);
	return false;
}

static void pass_part(struct comparing *comparing, const struct diagram_path *path, uint32_t number)
{
	struct buffer words = {0};
	struct packet witness = witness_of_path(
		comparing->sets, comparing->after, comparing->family, comparing->left, path);

	path_words(comparing->sets, path, comparing->family, &words);
	if (!is_reported(comparing, buffer_text(&words), number))
		report(comparing, buffer_text(&words), number, &witness);
	buffer_free(&words);
}

static bool pass_path(const struct diagram_path *path, uint32_t number, void *context)
{
	struct comparing *comparing = context;
	struct diagram_path part;
	uint32_t device = 0;

	while (!comparing->ended &&
		path_split_inputs(comparing->sets, comparing->after, path, &device, &part))
		pass_part(comparing, &part, number);
	return !comparing->ended;
}

/* ---- the rest, where that has too many paths ---- */

enum { PATHS_MOST = 256 };

static bool count_path(const struct diagram_path *path, uint32_t number, void *context)
{
	size_t *count = context;

	(void)path;
	(void)number;
	return ++*count <= PATHS_MOST;
}

static const struct rule *rule_of(const struct comparing *comparing, uint32_t outcome)
{
	return policy_sets_outcome(comparing->sets, outcome)->rule;
}

/* The same as join_outcomes(), but pairs with the same texts and rules are one. */
static uint32_t join_rules(uint32_t before, uint32_t after, void *context)
{
	struct comparing *comparing = context;
	struct outcome_pair pair = {.before = before, .after = after};
	const struct rule *rules[2] = {rule_of(comparing, before), rule_of(comparing, after)};
	uint32_t texts[2] = {text_of(comparing, before), text_of(comparing, after)};
	uint64_t words = hash_words(0, texts, sizeof texts);
	uint32_t hash = (uint32_t)(hash_words(words, rules, sizeof rules) >> 32);
	size_t place = 0;
	uint32_t *known;

	while ((known = hash_table_next(&comparing->by_rules, hash, &place)) != NULL) {
		const struct outcome_pair *there = vector_at(&comparing->pairs, *known);

		if (rule_of(comparing, there->before) == rules[0] &&
			rule_of(comparing, there->after) == rules[1] &&
			text_of(comparing, there->before) == texts[0] &&
			text_of(comparing, there->after) == texts[1])
			return *known;
	}
	pair.changed = texts[0] != texts[1];
	hash_table_add(&comparing->by_rules, hash, (uint32_t)comparing->pairs.count);
	vector_push(&comparing->pairs, &pair);
	return (uint32_t)comparing->pairs.count - 1;
}

static void add_decider(struct buffer *words, const struct rule *rule)
{
	if (rule)
		buffer_format(words, "rule %u", rule->preference.value);
	else
		buffer_string(words, "no rule");
}

static bool pass_rules(const struct diagram_path *path, uint32_t number, void *context)
{
	struct comparing *comparing = context;
	const struct outcome_pair *pair = pair_at(comparing, number);
	struct buffer words = {0};
	struct packet witness;

	if (number == PAIR_REPORTED)
		return true;
	witness = witness_of_path(
		comparing->sets, comparing->after, comparing->family, comparing->left, path);
	buffer_string(&words, "decided by ");
	add_decider(&words, rule_of(comparing, pair->before));
	buffer_string(&words, " before and by ");
	add_decider(&words, rule_of(comparing, pair->after));
	buffer_string(&words, " after");
	report(comparing, buffer_text(&words), number, &witness);
	buffer_free(&words);
	return !comparing->ended;
}

static uint32_t map_left(uint32_t number, void *context)
{
	(void)context;
	return number != PAIR_REPORTED ? DIAGRAM_YES : DIAGRAM_NO;
}

static void tell_by_rules(struct comparing *comparing, uint32_t before, uint32_t after)
{
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	uint32_t joined = diagram_join(diagrams, before, after, join_rules, comparing);
	uint32_t left = diagram_and(diagrams, comparing->possible,
		diagram_map(diagrams, comparing->left, map_left, NULL));

	comparing->left = diagram_choose(diagrams, left, joined, diagram_outcome(PAIR_REPORTED));
	diagram_each_outcome(diagrams, comparing->left, path_preferred(comparing->family),
		pass_rules, comparing);
}

static void tell_rest(struct comparing *comparing, uint32_t before, uint32_t after)
{
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);
	size_t count = 0;

	if (diagram_each_path(diagrams, comparing->left, PAIR_REPORTED, count_path, &count))
		diagram_each_path(diagrams, comparing->left, PAIR_REPORTED, pass_path, comparing);
	else
		tell_by_rules(comparing, before, after);
}

static uint32_t map_unchanged(uint32_t number, void *context)
{
	return number != PAIR_REPORTED && pair_at(context, number)->changed ? number
	                                                                    : PAIR_REPORTED;
}

static int compare_built(
	struct comparing *comparing, uint32_t before, uint32_t after, struct error *error)
{
	struct diagrams *diagrams = policy_sets_diagrams(comparing->sets);

	comparing->joined = diagram_join(diagrams, before, after, join_outcomes, comparing);
	comparing->left = diagram_map(diagrams, comparing->joined, map_unchanged, comparing);
	/* No packets come from devices that neither policy knows. */
	comparing->possible =
		diagram_or(diagrams, policy_sets_inputs(comparing->sets, comparing->before),
			policy_sets_inputs(comparing->sets, comparing->after));
	if (comparing_cover(comparing, error))
		return -1;
	if (!comparing->ended)
		tell_rest(comparing, before, after);
	return 0;
}

static int compare_family(struct comparing *comparing, uint8_t family, struct error *error)
{
	struct policy_set before = {0};
	struct policy_set after = {0};
	int status;

	comparing->family = family;
	status = policy_set_build(
			 comparing->sets, comparing->before, family, false, &before, error) ||
	                         policy_set_build(comparing->sets, comparing->after, family, false,
					 &after, error)
	                 ? -1
	                 : 0;
	if (!status)
		status = compare_built(comparing, before.whole, after.whole, error);
	policy_set_free(&before);
	policy_set_free(&after);
	return status;
}

int packet_changes(struct session *session, struct snapshot *before, struct snapshot *after,
	uint8_t family, bool (*each)(const struct packet_change *change, void *context),
	void *context, struct error *error)
{
	struct comparing comparing = {
		.session = session,
		.before = before,
		.after = after,
		.sets = policy_sets_new(),
		.pairs = {.size = sizeof(struct outcome_pair)},
		.report = report,
		.each = each,
		.context = context,
	};
	int status = 0;

	vector_push(&comparing.pairs, &(struct outcome_pair){.changed = false}); /* PAIR_REPORTED */
	if (family != AF_INET6)
		status = compare_family(&comparing, AF_INET, error);
	if (!status && family != AF_INET && !comparing.ended)
		status = compare_family(&comparing, AF_INET6, error);
	policy_sets_free(comparing.sets);
	vector_free(&comparing.pairs);
	hash_table_free(&comparing.by_texts);
	hash_table_free(&comparing.by_rules);
	hash_table_free(&comparing.reported);
	return status;
}
