/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts routes and rules by their protocol. */
#include "command/owners.h"

#include <stdio.h>

#include "base/utf8.h"
#include "model/route.h"
#include "model/rule.h"
#include "names/names.h"
#include "state/store.h"

static uint8_t owner_of(const struct byte *protocol, const struct byte *owner)
{
	return owner->given ? owner->value : protocol->value;
}

static bool count_route(const void *record, void *context)
{
	const struct route *route = record;
	struct owners *owners = context;

	if (route->class.value < CLASS_PRIVATE)
		owners->routes[owner_of(&route->protocol, &route->owner)]++;
	return true;
}

static bool count_rule(const void *record, void *context)
{
	const struct rule *rule = record;
	struct owners *owners = context;

	owners->rules[owner_of(&rule->protocol, &rule->owner)]++;
	return true;
}

int owners_count(struct session *session, struct owners *owners, struct error *error)
{
	struct scope scope = {.family = session->options.family};

	if (store_each(session->netlink, &route_object, &scope, count_route, owners, NULL, error))
		return -1;
	return store_each(session->netlink, &rule_object, &scope, count_rule, owners, NULL, error);
}

enum { NUMBER_TEXT_MAX = sizeof "-2147483648" };

static const char *name_of(
	struct session *session, int protocol, char spare[static NUMBER_TEXT_MAX])
{
	const char *name = NULL;

	if (!session->options.numeric)
		name = names_name(session->names, NAMES_PROTOCOLS, (uint32_t)protocol);
	if (name)
		return name;
	snprintf(spare, NUMBER_TEXT_MAX, "%d", protocol);
	return spare;
}

static const struct column columns[] = {
	{"Owner", "owner", 10, false, ""},
	{"Routes", "routes", 8, true, "0"},
	{"Rules", "rules", 6, true, "0"},
	{NULL, NULL, 0, false, NULL},
};

static void write_owner(
	struct session *session, const struct owners *owners, int protocol, struct writer *writer)
{
	static const struct label owner = {"owner", "owner"};
	static const struct label routes = {"routes", "routes"};
	static const struct label rules = {"rules", "rules"};
	char spare[NUMBER_TEXT_MAX];

	writer_open(writer);
	writer_string(writer, &owner, TINT_NONE, name_of(session, protocol, spare));
	writer_number(writer, &routes, owners->routes[protocol], NULL);
	writer_number(writer, &rules, owners->rules[protocol], NULL);
	writer_close(writer);
}

void owners_show(struct session *session, const struct owners *owners, struct writer *writer)
{
	struct writer *table = NULL;

	if (!writer) {
		table = writer = session_columns(session, NULL, columns);
		writer_begin(writer);
	}
	for (int i = 0; i < OWNERS_MAX; i++)
		if (owners->routes[i] || owners->rules[i])
			write_owner(session, owners, i, writer);
	if (table)
		writer_end(table);
	writer_free(table);
}

static void put_metric(struct session *session, const struct owners *owners, const char *name,
	const size_t count[static OWNERS_MAX])
{
	struct buffer *out = &session->out;

	buffer_format(
		out, "# HELP iproute_%s Number of %s, by their owner (protocol).\n", name, name);
	buffer_format(out, "# TYPE iproute_%s gauge\n", name);
	for (int i = 0; i < OWNERS_MAX; i++) {
		char spare[NUMBER_TEXT_MAX];

		if (!owners->routes[i] && !owners->rules[i])
			continue;
		buffer_format(out, "iproute_%s{owner=\"", name);
		utf8_add_quotable(out, name_of(session, i, spare));
		buffer_format(out, "\"} %zu\n", count[i]);
	}
}

void owners_show_metrics(struct session *session, const struct owners *owners)
{
	put_metric(session, owners, "routes", owners->routes);
	put_metric(session, owners, "rules", owners->rules);
}
