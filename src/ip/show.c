/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip route show` and `ip rule show`. */
#include <string.h>

#include "ip/dump.h"
#include "ip/filter.h"
#include "ip/route.h"
#include "ip/rule.h"
#include "model/rule.h"

struct listing {
	struct ip *ip;
	const struct object *object;
	struct writer *writer;
	struct view view;
	const struct ip_filter *filter; /* filter of routes */
	const struct ip_rule_filter *rules;
	void *record;
	struct decoder decoder;
	struct renderer renderer;
	struct arena arena; /* memory that the record points to */
};

static bool fits(const struct listing *listing, const void *record)
{
	if (listing->object == &route_object)
		return ip_filter_fits(listing->filter, record);
	return ip_rule_fits(listing->rules, record);
}

/* Shows a gateway of another family even if the filter gives it, so this needs another view. */
static void show_route(struct listing *listing, struct route *route)
{
	struct view view = listing->view;

	ip_nexthop_add(&listing->ip->nexthops, listing->ip->session, route);
	if (!route->gateway.foreign) {
		renderer_record(&listing->renderer, listing->writer, route);
		return;
	}
	view.hidden = ip_filter_hidden(listing->filter, route);
	fields_render(listing->writer, &route_object, route, &view);
}

static bool show_one(const struct nlmsghdr *message, void *context)
{
	struct listing *listing = context;
	void *record = listing->record;

	memset(record, 0, listing->object->size);
	if (!decoder_read(&listing->decoder, message, &listing->arena, record) &&
		fits(listing, record)) {
		if (listing->filter)
			show_route(listing, record);
		else
			renderer_record(&listing->renderer, listing->writer, record);
	}
	arena_reset(&listing->arena);
	return !session_flush(listing->ip->session, false);
}

static int show(struct listing *listing, const struct scope *scope, struct error *error)
{
	int status;

	listing->record = arena_get(&listing->ip->session->arena, listing->object->size);
	decoder_init(&listing->decoder, listing->object);
	renderer_init(&listing->renderer, listing->object, &listing->view, 0);
	listing->writer = ip_writer(listing->ip, listing->object, "");
	writer_begin(listing->writer);
	status = ip_dump(listing->ip, listing->object, scope, show_one, listing, error);
	writer_end(listing->writer);
	writer_free(listing->writer);
	arena_free(&listing->arena);
	return status;
}

int ip_route_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_filter filter;
	struct listing listing = {.ip = ip, .object = &route_object, .filter = &filter};

	(void)verb;
	if (ip_filter_read(ip, &filter, words, error))
		return -1;
	listing.view = ip_view(ip);
	listing.view.hidden = filter.hidden;
	return show(&listing, &filter.scope, error);
}

int ip_rule_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_rule_filter filter;
	struct scope scope = {0};
	struct listing listing = {.ip = ip, .object = &rule_object, .rules = &filter};

	(void)verb;
	if (ip_rule_filter_read(ip, &filter, words, error))
		return -1;
	scope.family = filter.wanted.family;
	listing.view = ip_view(ip);
	return show(&listing, &scope, error);
}
