/* `ip route show` and `ip rule show`. */
#include <string.h>

#include "command/ip_dump.h"
#include "command/ip_filter.h"
#include "command/ip_route.h"
#include "command/ip_rule.h"
#include "model/rule.h"

struct listing {
	struct ip *ip;
	const struct object *object;
	struct writer *writer;
	struct view view;
	const struct ip_filter *filter; /* of routes */
	const struct ip_rule_filter *rules;
	struct decoder decoder;
	struct arena arena;
};

static bool fits(const struct listing *listing, const void *record)
{
	if (listing->object == &route_object)
		return ip_filter_fits(listing->filter, record);
	return ip_rule_fits(listing->rules, record);
}

static bool show_one(const struct nlmsghdr *message, void *context)
{
	struct listing *listing = context;
	void *record = arena_get(&listing->arena, listing->object->size);

	memset(record, 0, listing->object->size);
	if (!decoder_read(&listing->decoder, message, &listing->arena, record) &&
		fits(listing, record)) {
		if (listing->filter)
			ip_nexthops_add(&listing->ip->nexthops, listing->ip->session, record);
		if (listing->filter)
			listing->view.hidden = ip_filter_hidden(listing->filter, record);
		fields_render(listing->writer, listing->object, record, &listing->view);
	}
	arena_reset(&listing->arena);
	return !session_flush(listing->ip->session, false);
}

static int show(struct listing *listing, const struct ip_scope *scope, struct error *error)
{
	int status;

	decoder_init(&listing->decoder, listing->object);
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
	return show(&listing, &filter.scope, error);
}

int ip_rule_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_rule_filter filter;
	struct ip_scope scope = {0};
	struct listing listing = {.ip = ip, .object = &rule_object, .rules = &filter};

	(void)verb;
	if (ip_rule_filter_read(ip, &filter, words, error))
		return -1;
	scope.family = filter.wanted.family;
	listing.view = ip_view(ip);
	return show(&listing, &scope, error);
}
