/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The document's listings: routes and rules in columns. */
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "command/command.h"
#include "command/rules.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

static const struct column rule_columns[] = {
	{"Pref", "pref", 4, true, ""},
	{"Source", "from", 18, false, "default"},
	{"Destination", "to", 18, false, "default"},
	{"TOS", "tos", 3, false, "00"},
	{"Iface", "dev", 7, false, "*"},
	{"Cl", "class own", 3, false, ""},
	{NULL, NULL, 0, false, NULL},
};

static const struct column route_columns[] = {
	{"Destination", "dst", 18, false, "default"},
	{"Gateway", "gw type nat", 15, false, "*"},
	{"TOS", "tos", 3, false, "00"},
	{"Metric", "metric", 6, true, "0"},
	{"Iface", "dev", 7, false, "*"},
	{"Cl", "class", 3, false, ""},
	{NULL, NULL, 0, false, NULL},
};

/* The document's listings show IPv4 unless IPv6 is requested. */
static struct view column_view(const struct session *session)
{
	struct view view = session_view(session);

	view.columns = !session->options.json;
	if (!view.family)
		view.family = AF_INET;
	return view;
}

int list_rules(struct session *session, struct error *error)
{
	struct view view = column_view(session);
	struct vector rules = {0};
	struct renderer renderer;
	struct writer *writer;
	int status;

	status = rules_load(session, view.family, &rules, error);
	if (!status) {
		writer = session_columns(session, "Kernel routing policy rules", rule_columns);
		renderer_init(&renderer, &rule_object, &view, 0);
		writer_begin(writer);
		for (size_t i = 0; i < rules.count && !session_flush(session, false); i++)
			renderer_record(&renderer, writer, vector_at(&rules, i));
		writer_end(writer);
		writer_free(writer);
		rules_report_orphans(session, view.family, &rules);
	}
	vector_free(&rules);
	return status;
}

struct listing {
	struct session *session;
	struct writer *writer;
	struct view view;
	struct renderer renderer;
	bool every; /* also show the kernel's own routes and the own records of rules */
};

static bool list_route(const void *record, struct rows maybe, void *context)
{
	struct listing *listing = context;
	const struct route *route = record;
	uint32_t class = route->class.value;

	if (!listing->every &&
		((class == CLASS_LOCAL && !route_translates(route)) || class >= CLASS_PRIVATE))
		return true;
	renderer_record_rows(&listing->renderer, listing->writer, route, maybe);
	return !session_flush(listing->session, false);
}

/* Words after the columns of the simple list. Without them a route would seem to lead elsewhere, or
 * to lead anywhere at all. */
static bool is_shown_behind(const char *word)
{
	static const char *const words[] = {"nexthop", "from", "dead", "linkdown"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static void hide_rest(struct view *view)
{
	for (int i = 0; i < route_object.count; i++) {
		const char *word = route_object.fields[i].word;
		bool shown = is_shown_behind(word);

		for (const struct column *column = route_columns; column->heading; column++)
			shown |= strstr(column->keys, word) != NULL;
		if (!shown)
			rows_add(&view->hidden, i);
	}
}

int list_routes(struct session *session, struct error *error)
{
	char kind = session->options.list;
	struct listing listing = {
		.session = session,
		.view = column_view(session),
		.every = kind == 'l' || kind == 'c',
	};
	struct scope scope = {.family = listing.view.family, .cached = kind == 'c'};
	bool interrupted = false;
	int status;

	if (!kind && !session->options.json)
		hide_rest(&listing.view);
	renderer_init(&listing.renderer, &route_object, &listing.view, 0);
	listing.writer = session_columns(session,
		kind == 'c' ? "Kernel routing exceptions" : "Kernel routes", route_columns);
	writer_begin(listing.writer);
	status = store_each_rows(
		session->netlink, &route_object, &scope, list_route, &listing, &interrupted, error);
	if (!status && interrupted)
		session_warn_interrupted(session, &route_object);
	writer_end(listing.writer);
	writer_free(listing.writer);
	return status;
}
