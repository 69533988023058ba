/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the words of a save and visits the records that they select. */
#include "command/extent.h"

#include <string.h>

#include "command/flush.h"
#include "state/own.h"
#include "state/selection.h"
#include "state/store.h"

enum {
	HEAD_WORDS_MAX = 512,
};

int extent_read(
	struct session *session, struct words *words, struct extent *extent, struct error *error)
{
	bool routes = words_accept(words, "routes");

	*extent = (struct extent){.routes = true};
	if (!routes && words_accept(words, "rules")) {
		extent->routes = false;
		extent->rules = true;
		if (rule_selection_read(session, words, &extent->rule, error))
			return -1;
		extent->family = extent->rule.family;
		return 0;
	}
	extent->rules = !routes && !words_peek(words);
	if (selection_read(session, words, &extent->route, error))
		return -1;
	extent->family = extent->route.family;
	extent->rule.family = extent->family;
	return 0;
}

/* Takes the words before the selecting ones. Returns false if they are no head. */
static bool take_head(
	struct session *session, struct words *words, struct extent *extent, bool *named)
{
	bool begins;

	*named = words_accept(words, "iproute");
	if (words_accept(words, "-6"))
		session->options.family = AF_INET6;
	else if (words_accept(words, "-4"))
		session->options.family = AF_INET;
	begins = words_accept(words, "save");
	extent->whole = begins && words_accept(words, "whole");
	return begins || (words_peek(words) && (!strcmp(words_peek(words), "rules") ||
						       !strcmp(words_peek(words), "routes")));
}

int extent_read_head(struct session *session, const char *head, const char *name,
	struct extent *extent, bool *named, struct error *error)
{
	uint8_t family = session->options.family;
	const char *word[HEAD_WORDS_MAX];
	struct words words = {.word = word, .file = name, .line = 1};
	char *line = arena_copy(&session->arena, head, strlen(head) + 1);
	const char *reason;
	bool whole = false;
	int status = -1;

	words.count = words_cut(line + strspn(line, "# "), word, HEAD_WORDS_MAX, &reason);
	*extent = (struct extent){.whole = false};
	if (words.count < 0 || !take_head(session, &words, extent, named)) {
		error_set(error, STATUS_WORDS, "%s does not begin with what it is all of", name);
		error_hint(error, "its first line says so: \"# rules\", \"# routes class 250\", or "
				  "\"# save\" for both; `iproute batch` runs lines without it");
	} else {
		whole = extent->whole;
		status = extent_read(session, &words, extent, error);
		extent->whole = whole;
		if (status)
			session_keep_error(session, error);
	}
	session->options.family = family;
	return status;
}

void extent_write_head(struct buffer *head, uint8_t family, const struct words *words, int first)
{
	if (family)
		buffer_string(head, family == AF_INET6 ? "-6 " : "-4 ");
	buffer_string(head, "save whole");
	for (int i = first; i < words->count; i++) {
		buffer_char(head, ' ');
		word_quote(head, words->word[i]);
	}
}

bool extent_leaves_out(const struct extent *extent, const struct object *object, const void *record)
{
	bool named =
		object == &rule_object ? extent->rule.protocol.given : extent->route.protocol.given;

	return !named && record_is_foreign(object, record);
}

bool extent_has_route(const struct extent *extent, const struct route *route)
{
	struct selection selection;

	selection_of(&selection, &extent->route);
	return extent->routes && selection_has_route(&selection, route);
}

/* Unlike flush, includes the kernel's own rules: a file shows whether they exist. Listings show
 * multicast rules only if the words name them. */
bool extent_has_rule(const struct extent *extent, const struct rule *rule)
{
	bool asked = !family_is_multicast(rule->family) || rule->family == extent->family;
	const struct rule wanted = rule_wanted_of(&extent->rule, rule);

	return extent->rules && asked && fields_fit(&rule_object, rule, &wanted, 0);
}

struct visit {
	struct session *session;
	struct scope asked;
	const struct extent_visitor *visitor;
	struct selection selection;
};

static bool visit_route(const void *record, void *context)
{
	struct visit *visit = context;

	if (selection_has_route(&visit->selection, record))
		visit->visitor->record(visit->visitor->context, &route_object, record);
	return true;
}

static int visit_once(void *context, bool *interrupted, struct error *error)
{
	struct visit *visit = context;

	visit->visitor->begin(visit->visitor->context);
	return store_each(visit->session->netlink, &route_object, &visit->asked, visit_route, visit,
		interrupted, error);
}

static int visit_routes(struct session *session, const struct extent *extent,
	const struct extent_visitor *visitor, struct error *error)
{
	struct visit visit = {
		.session = session,
		.asked = selection_scope(&extent->route),
		.visitor = visitor,
	};
	int status = selection_init(&visit.selection, session->netlink, &extent->route, error);

	if (!status)
		status = store_repeat(visit_once, &visit, NULL, error);
	selection_free(&visit.selection);
	return status;
}

static int visit_rules(struct session *session, const struct extent *extent,
	const struct extent_visitor *visitor, struct error *error)
{
	struct vector all = {0};
	struct arena arena = {0};
	int status = own_load_rules(session->netlink, extent->family, &all, &arena, NULL, error);

	for (size_t i = 0; !status && i < all.count; i++) {
		const struct rule *rule = vector_at(&all, i);

		if (extent_has_rule(extent, rule))
			visitor->record(visitor->context, &rule_object, rule);
	}
	vector_free(&all);
	arena_free(&arena);
	return status;
}

int extent_visit(struct session *session, const struct extent *extent,
	const struct extent_visitor *visitor, struct error *error)
{
	if (extent->routes && visit_routes(session, extent, visitor, error))
		return -1;
	return extent->rules ? visit_rules(session, extent, visitor, error) : 0;
}
