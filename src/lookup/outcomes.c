/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores outcomes and texts, each once. */
#include "lookup/outcomes.h"

#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/buffer.h"
#include "base/memory.h"

void policy_sets_free(struct policy_sets *sets)
{
	if (!sets)
		return;
	diagrams_free(sets->diagrams);
	vector_free(&sets->names);
	vector_free(&sets->outcomes);
	vector_free(&sets->texts);
	hash_table_free(&sets->known_outcomes);
	hash_table_free(&sets->known_texts);
	arena_free(&sets->arena);
	free(sets);
}

struct diagrams *policy_sets_diagrams(const struct policy_sets *sets)
{
	return sets->diagrams;
}

const struct set_outcome *policy_sets_outcome(const struct policy_sets *sets, uint32_t outcome)
{
	return vector_at(&sets->outcomes, outcome);
}

const char *policy_sets_text(const struct policy_sets *sets, uint32_t outcome)
{
	const struct set_outcome *found = policy_sets_outcome(sets, outcome);

	return *(const char **)vector_at(&sets->texts, found->text);
}

uint32_t policy_sets_device(struct policy_sets *sets, const char *name)
{
	const char *copy;

	for (size_t i = 0; i < sets->names.count; i++)
		if (!strcmp(*(const char **)vector_at(&sets->names, i), name))
			return (uint32_t)i + 1;
	copy = arena_copy(&sets->arena, name, strlen(name) + 1);
	vector_push(&sets->names, &copy);
	return (uint32_t)sets->names.count;
}

const char *policy_sets_name(const struct policy_sets *sets, uint32_t device)
{
	if (!device || device > sets->names.count)
		return "";
	return *(const char **)vector_at(&sets->names, device - 1);
}

static uint32_t hash_string(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3;
	return (uint32_t)(hash >> 32);
}

/* Returns the number of a text; adds it if it is new. */
static uint32_t outcomes_text(struct policy_sets *sets, const char *text)
{
	uint32_t hash = hash_string(text);
	uint32_t number = (uint32_t)sets->texts.count;
	const char *copy;
	const uint32_t *known;
	size_t place = 0;

	while ((known = hash_table_next(&sets->known_texts, hash, &place)) != NULL)
		if (!strcmp(*(const char **)vector_at(&sets->texts, *known), text))
			return *known;
	copy = arena_copy(&sets->arena, text, strlen(text) + 1);
	vector_push(&sets->texts, &copy);
	hash_table_add(&sets->known_texts, hash, number);
	return number;
}

static bool is_same_address(const struct address *a, const struct address *b)
{
	return a->given == b->given && a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static bool is_same(const struct set_outcome *a, const struct set_outcome *b)
{
	return a->rule == b->rule && a->class == b->class && a->type == b->type &&
	       a->device == b->device && a->text == b->text && a->node == b->node &&
	       is_same_address(&a->gateway, &b->gateway) && is_same_address(&a->source, &b->source);
}

/* Returns the number of an outcome; adds it if it is new. */
static uint32_t outcomes_add(struct policy_sets *sets, const struct set_outcome *outcome)
{
	struct set_outcome clean;
	uint32_t hash, number;
	const uint32_t *known;
	size_t place = 0;

	/* The hash covers all bytes, so the padding must be zero. */
	memset(&clean, 0, sizeof clean);
	clean.rule = outcome->rule;
	clean.class = outcome->class;
	clean.type = outcome->type;
	clean.gateway.given = outcome->gateway.given;
	clean.gateway.family = outcome->gateway.family;
	memcpy(clean.gateway.bytes, outcome->gateway.bytes, sizeof clean.gateway.bytes);
	clean.device = outcome->device;
	clean.source.given = outcome->source.given;
	clean.source.family = outcome->source.family;
	memcpy(clean.source.bytes, outcome->source.bytes, sizeof clean.source.bytes);
	clean.text = outcome->text;
	clean.node = outcome->node;
	hash = (uint32_t)(hash_words(0, &clean, sizeof clean) >> 32);
	while ((known = hash_table_next(&sets->known_outcomes, hash, &place)) != NULL)
		if (is_same(vector_at(&sets->outcomes, *known), &clean))
			return *known;
	number = (uint32_t)sets->outcomes.count;
	vector_push(&sets->outcomes, &clean);
	hash_table_add(&sets->known_outcomes, hash, number);
	return number;
}

struct policy_sets *policy_sets_new(void)
{
	struct policy_sets *sets = memory_get(sizeof *sets);
	struct set_outcome none = {.rule = NULL};

	sets->diagrams = diagrams_new();
	sets->names.size = sets->texts.size = sizeof(const char *);
	sets->outcomes.size = sizeof(struct set_outcome);
	none.text = outcomes_text(sets, "no route");
	outcomes_add(sets, &none);
	return sets;
}

static const char *refusal_text(uint8_t type)
{
	switch (type) {
	case RTN_UNREACHABLE:
		return "reject";
	case RTN_PROHIBIT:
		return "prohibit";
	default:
		return "drop";
	}
}

static void add_hop_text(
	struct buffer *text, const struct snapshot *snapshot, const struct hop *hop)
{
	const struct snapshot_device *device = snapshot_device(snapshot, hop->device);
	char address[ADDRESS_TEXT_MAX];

	if (hop->gateway.given) {
		address_text(hop->gateway.family, hop->gateway.bytes, address);
		buffer_format(text, "gw %s ", address);
	}
	buffer_format(text, "dev %s", device ? device->name : "?");
}

static void add_source_text(struct buffer *text, const struct route *node)
{
	char address[ADDRESS_TEXT_MAX];

	if (!node->source.given || node_type(node) != RTN_UNICAST)
		return;
	address_text(node->source.family, node->source.bytes, address);
	buffer_format(text, " src %s", address);
}

static void node_text(struct buffer *text, const struct snapshot *snapshot,
	const struct route *node, const struct hop *hops, size_t count)
{
	switch (node_type(node)) {
	case RTN_LOCAL:
	case RTN_ANYCAST:
		buffer_string(text, "local");
		return;
	case RTN_BROADCAST:
		buffer_string(text, "broadcast ");
		break;
	case RTN_MULTICAST:
		buffer_string(text, "multicast ");
		break;
	default:
		break;
	}
	for (size_t i = 0; i < count; i++) {
		buffer_string(text, i ? " or " : "");
		add_hop_text(text, snapshot, &hops[i]);
		if (count > 1 && hops[i].weight > 1)
			buffer_format(text, " weight %u", hops[i].weight);
	}
	add_source_text(text, node);
}

uint32_t outcomes_node(struct policy_sets *sets, struct snapshot *snapshot,
	const struct route *node, const struct hop *hops, size_t count)
{
	struct set_outcome outcome = {.type = node_type(node), .source = node->source};
	struct buffer text = {0};
	uint32_t number;

	if (outcome.type == RTN_THROW)
		return OUTCOME_HOLE;
	if (type_refusal(outcome.type)) {
		outcome.source.given = false;
		outcome.text = outcomes_text(sets, refusal_text(outcome.type));
		return outcomes_add(sets, &outcome);
	}
	node_text(&text, snapshot, node, hops, count);
	outcome.text = outcomes_text(sets, buffer_text(&text));
	buffer_free(&text);
	if (hops[0].gateway.given) {
		outcome.gateway = (struct address){true, hops[0].gateway.family, 0, {0}};
		memcpy(outcome.gateway.bytes, hops[0].gateway.bytes, 16);
	}
	if (snapshot_device(snapshot, hops[0].device))
		outcome.device =
			policy_sets_device(sets, snapshot_device(snapshot, hops[0].device)->name);
	number = outcomes_add(sets, &outcome);
	return number;
}

uint32_t outcomes_refusal(struct policy_sets *sets, const struct rule *rule, uint8_t type)
{
	struct set_outcome outcome = {
		.rule = rule, .type = type, .text = outcomes_text(sets, refusal_text(type))};

	return outcomes_add(sets, &outcome);
}

static void add_masquerade(struct buffer *text, const struct masquerade *masquerade)
{
	char address[ADDRESS_TEXT_MAX];

	buffer_string(text, " masq");
	if (!masquerade->family)
		return;
	address_text(masquerade->family, masquerade->first, address);
	buffer_format(text, " as %s", address);
	if (memcmp(masquerade->first, masquerade->last, sizeof masquerade->first) != 0) {
		address_text(masquerade->family, masquerade->last, address);
		buffer_format(text, "-%s", address);
	}
	if (masquerade->first_port)
		buffer_format(text, " ports %u-%u", masquerade->first_port, masquerade->last_port);
}

/* Appends what nftables does with the packets that the rule routes. */
static void add_translation(struct buffer *text, const struct rule *rule)
{
	char net[PREFIX_TEXT_MAX];

	if (rule->masquerade.given)
		add_masquerade(text, &rule->masquerade);
	if (rule->nat.given) {
		prefix_text(&rule->nat, net);
		buffer_format(text, " nat %s", net);
	}
	if (rule->log.given)
		buffer_string(text, " log");
	if (rule->valve.given)
		buffer_string(text, " valve");
}

static bool translates(const struct rule *rule)
{
	return rule->masquerade.given || rule->nat.given || rule->log.given || rule->valve.given;
}

uint32_t outcomes_by_rule(
	struct policy_sets *sets, uint32_t number, const struct rule *rule, uint32_t class)
{
	struct set_outcome outcome;
	struct buffer text = {0};

	if (number == OUTCOME_HOLE)
		return number;
	if (policy_sets_outcome(sets, number)->node)
		number = policy_sets_outcome(sets, number)->node;
	outcome = *policy_sets_outcome(sets, number);
	outcome.node = number;
	outcome.rule = rule;
	outcome.class = class;
	if (outcome.type == RTN_UNICAST && translates(rule)) {
		buffer_string(&text, policy_sets_text(sets, number));
		add_translation(&text, rule);
		outcome.text = outcomes_text(sets, buffer_text(&text));
		buffer_free(&text);
	}
	return outcomes_add(sets, &outcome);
}
