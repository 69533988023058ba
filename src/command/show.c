/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show: lists matching routes, one line each, in the grammar's words. */
#include "command/command.h"
#include "command/flush.h"
#include "model/route.h"
#include "state/selection.h"
#include "state/store.h"

struct listing {
	struct session *session;
	struct writer *writer;
	struct view view;
	struct renderer renderer;
	struct route_filter filter;
	bool every; /* also show the routes of class 255 and the own records of rules */
	size_t count;
};

/* Class 255 belongs to the kernel; the routes of private classes are shown as part of their
 * rules. */
static bool is_inner(const struct route *route)
{
	return route->class.value >= CLASS_PRIVATE ||
	       (route->class.value == CLASS_LOCAL && !route_translates(route));
}

static bool show_route(const void *record, struct rows maybe, void *context)
{
	struct listing *listing = context;
	const struct route *route = record;

	if (!listing->every && is_inner(route))
		return true;
	if (!route_filter_fits(&listing->filter, route))
		return true;
	listing->count++;
	renderer_record_rows(&listing->renderer, listing->writer, route, maybe);
	return !session_flush(listing->session, false);
}

/* The kernel filters only by class; the rest is filtered here. */
static int list(struct session *session, struct listing *listing, struct words *words,
	bool selected, struct error *error)
{
	struct scope scope = selection_scope(listing->filter.wanted);
	bool interrupted;
	int status;

	writer_begin(listing->writer);
	status = store_each_rows(
		session->netlink, &route_object, &scope, show_route, listing, &interrupted, error);
	writer_end(listing->writer);
	if (!status && interrupted)
		session_warn_interrupted(session, &route_object);
	if (!status && selected && !listing->count) {
		error_at(error, words, -1, "no route matches");
		error->status = STATUS_NO;
		return -1;
	}
	return status;
}

int command_show(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	bool selected = words_peek(words) != NULL;
	struct route wanted = {0};
	struct listing listing = {
		.session = session,
		.view = session_view(session),
	};
	int status;

	(void)command;
	if (selection_read(session, words, &wanted, error))
		return -1;
	listing.every = wanted.class.given || wanted.type.given || session->options.details;
	route_filter_init(&listing.filter, &wanted);
	renderer_init(&listing.renderer, &route_object, &listing.view, 0);
	listing.writer = session_writer(session, "");
	status = list(session, &listing, words, selected, error);
	writer_free(listing.writer);
	return status;
}
