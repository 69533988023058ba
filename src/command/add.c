/* add, append, prepend, change, replace: one node. */
#include <errno.h>

#include "command/command.h"
#include "model/route.h"
#include "policy/store.h"

struct search {
	struct session *session;
	const struct route *wanted;
	struct route found;
	bool same, rival;
};

/* Equal in all that the kernel tells nodes apart by: a rival. Equal in all that was asked for: the
 * same. */
static bool look_for_same(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;

	if (!fields_same(&route_object, route, search->wanted, FIELD_KEY))
		return true;
	search->found = *route;
	search->rival = true;
	search->same = fields_fit(&route_object, route, search->wanted, 0);
	return !search->same;
}

/* "File exists": the very same node, or another one in its place? */
static int judge_existing(struct session *session, const struct route *route, struct error *error)
{
	struct search search = {.session = session, .wanted = route};
	struct scope scope = {.family = route->family, .class = route->class.value};
	const void *found = &search.found;
	struct error ignored;

	if (store_each(session->netlink, &route_object, &scope, look_for_same, &search, NULL,
		    &ignored) ||
		!search.rival)
		return -1;
	if (search.same && session->options.ensure) {
		session_say(session, "unchanged");
		return 0;
	}
	if (!search.same)
		return session_hint_records(session, error,
			"another one is in its place (\"replace\" changes it):", &route_object,
			&found, 1);
	return error_hint(
		error, "it is there already, just as you say; -ensure takes that for done");
}

int command_add(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct transaction transaction = {0};
	struct origin origin;
	struct route route = {0};
	int number = 0;
	int status;

	origin_clear(&origin, &route_object);
	if (fields_parse(&parser, session->route_words, 0, &route, &origin, error) ||
		route_object.finish(&parser, &route, &origin, false, error))
		return -1;
	transaction_add(&transaction, (enum operation)command->variant, &route_object, &route, NULL,
		words, &origin);
	status = session_commit(session, &transaction, &number, error);
	transaction_free(&transaction);
	if (status && number == EEXIST)
		return judge_existing(session, &route, error);
	return status;
}
