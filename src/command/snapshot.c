/* Snapshots. */
#include "command/snapshot.h"

#include "command/flush.h"
#include "policy/own.h"
#include "policy/selection.h"
#include "policy/store.h"

enum { DUMP_ATTEMPTS = 10 };

int snapshot_scope_read(struct session *session, struct words *words, struct snapshot_scope *scope,
	struct error *error)
{
	bool routes = words_accept(words, "routes");

	*scope = (struct snapshot_scope){.routes = true};
	if (!routes && words_accept(words, "rules")) {
		scope->routes = false;
		scope->rules = true;
		if (rule_selection_read(session, words, &scope->rule, error))
			return -1;
		scope->family = scope->rule.family;
		return 0;
	}
	scope->rules = !routes && !words_peek(words);
	if (selection_read(session, words, &scope->route, error))
		return -1;
	scope->family = scope->route.family;
	scope->rule.family = scope->family;
	return 0;
}

bool snapshot_has_route(const struct snapshot_scope *scope, const struct route *route)
{
	struct selection selection;

	selection_of(&selection, &scope->route);
	return scope->routes && selection_has_route(&selection, route);
}

/* Unlike a flush, the kernel's own rules are meant too: a file says whether they are there. */
bool snapshot_has_rule(const struct snapshot_scope *scope, const struct rule *rule)
{
	return scope->rules && fields_fit(&rule_object, rule, &scope->rule, 0);
}

struct taking {
	struct inventory *inventory;
	struct selection selection;
};

static bool take_route(const void *record, void *context)
{
	struct taking *taking = context;

	if (selection_has_route(&taking->selection, record))
		inventory_add(taking->inventory, &route_object, record);
	return true;
}

static int take_routes(struct session *session, const struct snapshot_scope *scope,
	struct inventory *inventory, struct error *error)
{
	struct scope asked = selection_scope(&scope->route);
	struct taking taking = {.inventory = inventory};
	bool interrupted = true;
	int status = selection_init(&taking.selection, session->netlink, &scope->route, error);

	for (int i = 0; !status && interrupted && i < DUMP_ATTEMPTS; i++) {
		inventory_reset(inventory);
		status = store_each(session->netlink, &route_object, &asked, take_route, &taking,
			&interrupted, error);
	}
	selection_free(&taking.selection);
	return status;
}

static int take_rules(struct session *session, const struct snapshot_scope *scope,
	struct inventory *inventory, struct vector *rules, struct error *error)
{
	struct scope asked = {.family = scope->family};
	struct vector all = {0};
	int status =
		store_load(session->netlink, &rule_object, &asked, &all, &session->arena, error);

	if (!status)
		status = own_attach(session->netlink, &all, &all, &session->arena, error);
	for (size_t i = 0; !status && i < all.count; i++) {
		const struct rule *rule = vector_at(&all, i);

		if (!snapshot_has_rule(scope, rule))
			continue;
		inventory_add(inventory, &rule_object, rule);
		vector_push(rules, rule);
	}
	vector_free(&all);
	return status;
}

int snapshot_take(struct session *session, const struct snapshot_scope *scope,
	struct inventory *inventory, struct vector *rules, struct error *error)
{
	rules->size = sizeof(struct rule);
	if (scope->routes && take_routes(session, scope, inventory, error))
		return -1;
	return scope->rules ? take_rules(session, scope, inventory, rules, error) : 0;
}
