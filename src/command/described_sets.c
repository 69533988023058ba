/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects words for sets of packets. */
#include "command/described_sets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "field/walk.h"
#include "output/text.h"

enum {
	DESCRIBED_MOST = 100000, /* per policy: more would take longer to try than to list */
	PLACES_MOST = 64,
};

static uint32_t hash_of(uint32_t packets)
{
	return (uint32_t)(hash_word(0, packets) >> 32);
}

static bool is_known(const struct described_sets *described, uint32_t packets)
{
	size_t place = 0;
	uint32_t *item;

	while ((item = hash_table_next(&described->by_packets, hash_of(packets), &place)) != NULL)
		if (((const struct described *)vector_at(&described->sets, *item))->packets ==
			packets)
			return true;
	return false;
}

/* Takes ownership of the words' text. */
static void add(struct described_sets *described, uint32_t packets, struct buffer *words)
{
	struct described set = {packets, NULL};

	if (!is_known(described, packets)) {
		hash_table_add(
			&described->by_packets, hash_of(packets), (uint32_t)described->sets.count);
		set.words = memory_string(buffer_text(words));
		described->sets.size = sizeof set;
		vector_push(&described->sets, &set);
	}
	buffer_free(words);
}

static void add_rule(struct session *session, struct policy_sets *sets, struct snapshot *snapshot,
	const struct rule *rule, struct described_sets *described)
{
	uint32_t packets = policy_sets_match(sets, snapshot, rule);
	struct view view = session_view(session);
	struct rule shown = *rule;
	struct buffer words = {0};
	struct writer *writer = text_writer(&words, SPACING_BETWEEN, false, "");

	/* A packet has no `reply`, only the mark by which such a rule matches. */
	shown.reply.given = false;
	writer_begin(writer);
	writer_open(writer);
	fields_write(writer, &rule_object, &shown, &view, FIELD_SELECTOR);
	writer_close(writer);
	writer_end(writer);
	writer_free(writer);
	while (words.length && words.data[words.length - 1] == '\n')
		words.length--;
	/* What has no words is left to the sets around it. */
	if (!words.length && packets == diagram_outcome(DIAGRAM_YES))
		buffer_string(&words, rule->family == AF_INET6 ? "from ::/0" : "from 0.0.0.0/0");
	if (words.length)
		add(described, packets, &words);
	else
		buffer_free(&words);
}

/* ---- destinations ---- */

struct destinations {
	struct policy_sets *sets;
	struct described_sets *described;
	/* Diagrams that distinguish wanted packets by destination, for any devices and sources. */
	uint32_t place[PLACES_MOST];
	size_t count;
	bool many; /* too many places to search them all */
	size_t room;
};

static void collect_places(struct destinations *destinations, uint32_t diagram)
{
	struct diagrams *diagrams = policy_sets_diagrams(destinations->sets);

	if (diagram == diagram_outcome(DIAGRAM_NO))
		return;
	if (diagram_is_outcome(diagram) || destinations->count == PLACES_MOST) {
		destinations->many = true;
		return;
	}
	if (!diagram_visit(diagrams, diagram) || destinations->many)
		return;
	if (diagram_variable(diagrams, diagram) < PACKET_DESTINATION) {
		collect_places(destinations, diagram_branch(diagrams, diagram, false));
		collect_places(destinations, diagram_branch(diagrams, diagram, true));
	} else {
		destinations->place[destinations->count++] = diagram;
	}
}

/* Returns true if the diagram contains a packet to this prefix. */
static bool holds(const struct diagrams *diagrams, uint32_t diagram, const struct prefix *prefix)
{
	while (!diagram_is_outcome(diagram)) {
		unsigned bit = diagram_variable(diagrams, diagram) - PACKET_DESTINATION;

		if (bit >= prefix->length)
			return true;
		diagram = diagram_branch(
			diagrams, diagram, prefix->bytes[bit / 8] >> (7 - bit % 8) & 1);
	}
	return diagram != diagram_outcome(DIAGRAM_NO);
}

static bool is_wanted(const struct destinations *destinations, const struct prefix *prefix)
{
	if (!prefix->length)
		return false;
	for (size_t i = 0; i < destinations->count; i++)
		if (holds(policy_sets_diagrams(destinations->sets), destinations->place[i], prefix))
			return true;
	return destinations->many;
}

static bool add_destination(const struct route *route, void *context)
{
	struct destinations *destinations = context;
	struct buffer words = {0};
	char prefix[PREFIX_TEXT_MAX];

	if (!is_wanted(destinations, &route->destination))
		return true;
	prefix_text(&route->destination, prefix);
	buffer_format(&words, "to %s", prefix);
	add(destinations->described,
		diagram_prefix(policy_sets_diagrams(destinations->sets), PACKET_DESTINATION,
			route->destination.bytes, route->destination.length),
		&words);
	return --destinations->room;
}

int described_sets_collect(struct described_sets *described, struct session *session,
	struct policy_sets *sets, struct snapshot *snapshot, uint8_t family, uint32_t wanted,
	struct error *error)
{
	const struct vector *rules = snapshot_rules(snapshot, family);
	struct destinations destinations = {
		.sets = sets, .described = described, .room = DESCRIBED_MOST};
	struct scope scope = {.family = family};

	for (size_t i = 0; i < rules->count && i < DESCRIBED_MOST; i++)
		add_rule(session, sets, snapshot, vector_at(rules, i), described);
	diagram_visit_begin(policy_sets_diagrams(sets));
	collect_places(&destinations, wanted);
	return snapshot_each_route(snapshot, &scope, add_destination, &destinations, error);
}

void described_sets_free(struct described_sets *described)
{
	for (size_t i = 0; i < described->sets.count; i++)
		free(((struct described *)vector_at(&described->sets, i))->words);
	vector_free(&described->sets);
	hash_table_free(&described->by_packets);
}
