/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and proves `expect` lines. */
#include "command/expectation.h"

#include <string.h>

#include <linux/rtnetlink.h>

#include "base/nearest.h"
#include "command/witness.h"
#include "kind/number.h"
#include "lookup/decision.h"
#include "lookup/rewriting.h"

static const struct want_word {
	const char *word;
	enum want_kind kind;
	bool value;
} want_words[] = {
	{"via", WANT_VIA, true},
	{"gw", WANT_VIA, true},
	{"dev", WANT_DEVICE, true},
	{"class", WANT_CLASS, true},
	{"rule", WANT_RULE, true},
	{"src", WANT_SOURCE, true},
	{"local", WANT_LOCAL, false},
	{"reject", WANT_REJECT, false},
	{"prohibit", WANT_PROHIBIT, false},
	{"drop", WANT_DROP, false},
	{"unreachable", WANT_UNREACHABLE, false},
	{"masq", WANT_MASQ, false},
};

static const struct want_word *find_want(const char *word)
{
	for (size_t i = 0; i < sizeof want_words / sizeof *want_words; i++)
		if (!strcmp(want_words[i].word, word))
			return &want_words[i];
	return NULL;
}

/* ---- reading ---- */

/* Words of a packet that a rule has under another name. */
static const struct {
	const char *word, *selector;
} packet_words[] = {{"mark", "fwmark"}, {"uid", "uidrange"}};
enum { PACKET_WORDS = sizeof packet_words / sizeof *packet_words };

static void try_packet_words(
	const struct keywords *keywords, struct nearest *nearest, const char *typed)
{
	const struct field *field;
	const char *word;

	for (int i = 0; keywords_word(keywords, i, &word, &field); i++)
		if (field && field->flags & FIELD_SELECTOR)
			nearest_try(nearest, typed, word);
	for (size_t i = 0; i < PACKET_WORDS; i++)
		nearest_try(nearest, typed, packet_words[i].word);
	nearest_try(nearest, typed, "never");
}

/* The hint for a misspelt word: the nearest of those that are expected, and of those of a packet
 * if there are `packets`, keywords. Returns -1. */
static int hint_word(const char *typed, const struct keywords *packets, struct error *error)
{
	struct nearest nearest = {0};

	for (size_t i = 0; i < sizeof want_words / sizeof *want_words; i++)
		nearest_try(&nearest, typed, want_words[i].word);
	if (packets)
		try_packet_words(packets, &nearest, typed);
	if (nearest.word)
		return error_hint(error, "did you mean \"%s\"?", nearest.word);
	return error_hint(error,
		"after the packet stands via, dev, class, rule, src, local, reject, "
		"prohibit, drop, unreachable or masq");
}

static int read_address(struct words *words, struct address *address, struct error *error)
{
	const char *word = words->word[words->next - 1];
	const char *wrong = address_read(
		word, strlen(word), DIALECT_OWN, false, &address->family, address->bytes);

	address->given = true;
	return wrong ? error_at(error, words, words->next - 1, "\"%s\": %s", word, wrong) : 0;
}

static int read_class(
	struct session *session, struct words *words, uint32_t *number, struct error *error)
{
	struct words rest = *words;
	struct parser parser = session_parser(session, &rest);
	struct rule rule = {0};
	struct origin origin;

	rest.next = words->next - 2;
	rest.count = words->next;
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, session_words(session, &rule_object), 0, &rule, &origin, error)) {
		error->words = words;
		return -1;
	}
	*number = rule.class.value;
	return 0;
}

static int read_value(struct session *session, struct words *words, const struct want_word *found,
	struct want *want, struct error *error)
{
	const char *value = words_take(words);

	if (!value)
		return error_at(
			error, words, words->count, "\"%s\" needs a value after it", found->word);
	switch (found->kind) {
	case WANT_VIA:
	case WANT_SOURCE:
		return read_address(words, &want->address, error);
	case WANT_CLASS:
		return read_class(session, words, &want->number, error);
	case WANT_RULE:
		if (!number_read(value, DIALECT_OWN, &want->number))
			return error_at(
				error, words, words->next - 1, "\"%s\" is not a preference", value);
		return 0;
	default:
		want->device = value;
		return 0;
	}
}

static int read_wants(struct session *session, struct words *words, struct expectation *expectation,
	struct error *error)
{
	expectation->never = words_accept(words, "never");
	while (words_peek(words)) {
		const struct want_word *found = find_want(words_peek(words));
		struct want *want = &expectation->want[expectation->count];

		if (!found) {
			error_at(error, words, words->next, "\"%s\" is nothing to expect",
				words_peek(words));
			return hint_word(words_peek(words), NULL, error);
		}
		if (expectation->count == WANTS_MAX)
			return error_at(error, words, words->next,
				"a line expects at most %d things", WANTS_MAX);
		words->next++;
		want->kind = found->kind;
		if (found->value && read_value(session, words, found, want, error))
			return -1;
		expectation->count++;
	}
	if (!expectation->count)
		return error_at(error, words, words->count, "what is to be expected?");
	return 0;
}

/* Translates a packet's word into that of a rule's selector. */
static const char *selector_word(const char *word)
{
	for (size_t i = 0; i < PACKET_WORDS; i++)
		if (!strcmp(word, packet_words[i].word))
			return packet_words[i].selector;
	return word;
}

static bool ends_packet(const char *word)
{
	return find_want(word) || !strcmp(word, "never");
}

static bool begins_bare(const struct words *words)
{
	uint8_t bytes[16];
	uint8_t family;
	const char *word = words_peek(words);

	return word && (!strcmp(word, "default") || !address_read(word, strcspn(word, "/"),
							    DIALECT_OWN, true, &family, bytes));
}

/* Copies the selector's words, which end where the expected outcome starts. */
static struct words selector_words(struct session *session, struct words *words)
{
	const char **copy = arena_get(&session->arena, (size_t)(words->count + 1) * sizeof *copy);
	struct words selector = *words;
	bool value = false;

	selector.word = copy;
	selector.count = selector.next = 0;
	if (begins_bare(words)) {
		copy[selector.count++] = "to";
		value = true;
	}
	while (words_peek(words) && (value || !ends_packet(words_peek(words)))) {
		const char *word = words_take(words);

		copy[selector.count++] = value ? word : selector_word(word);
		/* Behind `not` stands no value. */
		value = !value && strcmp(word, "not") != 0;
	}
	return selector;
}

/* Reads the words of a selector, of which all must be selectors. */
static int read_packets(
	struct session *session, struct words *selector, struct rule *packets, struct error *error)
{
	const struct keywords *keywords = session_words(session, &rule_object);
	struct parser parser = session_parser(session, selector);
	struct origin origin;

	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, keywords, FIELD_SELECTOR, packets, &origin, error))
		return -1;
	if (words_peek(selector)) {
		error_at(error, selector, selector->next, "\"%s\" is not a word of a packet",
			words_peek(selector));
		return hint_word(words_peek(selector), keywords, error);
	}
	packets->family = parser.family ? parser.family : AF_INET;
	return 0;
}

int expectation_read(struct session *session, struct words *words, struct policy_sets *sets,
	struct expectation *expectation, struct error *error)
{
	int first = words->next - begins_bare(words);
	struct words selector = selector_words(session, words);

	(void)sets;
	*expectation = (struct expectation){.never = false};
	if (!read_packets(session, &selector, &expectation->packets, error))
		return read_wants(session, words, expectation, error);
	/* The line is marked, not the selector made of it. */
	if (error->word >= 0)
		error->word += first;
	error->words = words;
	return -1;
}

/* ---- deciding ---- */

const char *expectation_missing_device(
	const struct expectation *expectation, const struct snapshot *snapshot)
{
	const struct rule *packets = &expectation->packets;
	bool named = packets->input.given && !packets->invert.given;

	return named && !snapshot_device_named(snapshot, packets->input.name) ? packets->input.name
	                                                                      : NULL;
}

static bool same_address(const struct address *a, const struct address *b)
{
	return a->given && b->given && a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, address_size(a->family));
}

static bool is_met(
	const struct policy_sets *sets, const struct want *want, const struct set_outcome *outcome)
{
	switch (want->kind) {
	case WANT_VIA:
		return same_address(&want->address, &outcome->gateway);
	case WANT_DEVICE:
		return !strcmp(policy_sets_name(sets, outcome->device), want->device);
	case WANT_CLASS:
		return outcome->class == want->number;
	case WANT_RULE:
		return outcome->rule && outcome->rule->preference.value == want->number;
	case WANT_SOURCE:
		return same_address(&want->address, &outcome->source);
	case WANT_LOCAL:
		return outcome->type == RTN_LOCAL;
	case WANT_REJECT:
		return outcome->type == RTN_UNREACHABLE;
	case WANT_PROHIBIT:
		return outcome->type == RTN_PROHIBIT;
	case WANT_DROP:
		return outcome->type == RTN_BLACKHOLE;
	case WANT_UNREACHABLE:
		return outcome->type == RTN_UNREACHABLE || !outcome->rule;
	case WANT_MASQ:
		return outcome->type == RTN_UNICAST && outcome->rule &&
		       outcome->rule->masquerade.given;
	}
	return false;
}

struct judging {
	const struct policy_sets *sets;
	const struct expectation *expectation;
};

/* Returns DIAGRAM_YES if the outcome is not the expected one. */
static uint32_t map_wrong(uint32_t number, void *context)
{
	const struct judging *judging = context;
	const struct expectation *expectation = judging->expectation;
	const struct set_outcome *outcome = policy_sets_outcome(judging->sets, number);
	bool all = true;

	for (int i = 0; i < expectation->count; i++)
		all &= is_met(judging->sets, &expectation->want[i], outcome);
	return all == expectation->never ? DIAGRAM_YES : DIAGRAM_NO;
}

/* Finds one of the packets, with its input device. Returns false if there are none. */
static bool find_witness(const struct policy_sets *sets, const struct policy_set *policy,
	uint32_t packets, struct packet *witness)
{
	struct diagram_path path;

	if (!diagram_find_path(
		    policy_sets_diagrams(sets), packets, path_preferred(policy->family), &path))
		return false;
	*witness = witness_of_path(sets, policy->snapshot, policy->family, packets, &path);
	return true;
}

static bool is_single(const struct rule *packets)
{
	uint8_t whole = packets->family == AF_INET ? 32 : 128;

	return packets->source.length == whole && packets->destination.length == whole &&
	       packets->input.given && strcmp(packets->input.name, "lo") != 0;
}

static bool wants_drop(const struct expectation *expectation)
{
	for (int i = 0; i < expectation->count; i++)
		if (expectation->want[i].kind == WANT_DROP)
			return true;
	return false;
}

/* A packet that is dropped before or after the lookup does not go where the rules send it. Sets
 * *dropped if it is. */
static int follow_single(struct session *session, const struct policy_set *policy,
	const struct packet *packet, bool *dropped, struct error *error)
{
	struct trace trace = {0};
	int status = lookup_packet(policy->snapshot, packet, &session->arena, &trace, error);

	*dropped = !status && trace.outcome.cause > CAUSE_NO_ROUTE;
	trace_free(&trace);
	return status;
}

int expectation_judge(struct session *session, const struct expectation *expectation,
	struct policy_sets *sets, const struct policy_set *policy, struct judgement *judgement,
	struct error *error)
{
	struct diagrams *diagrams = policy_sets_diagrams(sets);
	struct judging judging = {sets, expectation};
	struct rule meant = expectation->packets;
	uint32_t matched, packets, wrong;
	bool dropped = false;

	if (selector_rewrite(policy->snapshot, &meant, error))
		return -1;
	/* The devices of the packets must be known before the inputs. */
	matched = policy_sets_match(sets, policy->snapshot, &meant);
	packets = diagram_and(diagrams, policy_sets_inputs(sets, policy->snapshot), matched);
	wrong = diagram_and(
		diagrams, packets, diagram_map(diagrams, policy->whole, map_wrong, &judging));
	judgement->any = find_witness(sets, policy, packets, &judgement->witness);
	if (judgement->any && is_single(&expectation->packets) &&
		follow_single(session, policy, &judgement->witness, &dropped, error))
		return -1;
	judgement->holds = dropped ? wants_drop(expectation) != expectation->never
	                           : !find_witness(sets, policy, wrong, &judgement->witness);
	return 0;
}
