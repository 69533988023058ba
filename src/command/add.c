/* add, append, prepend, change, replace: one node. */
#include "command/command.h"
#include "model/route.h"
#include "policy/survey.h"

int prepare_add(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct origin origin;
	struct route route = {0};

	origin_clear(&origin, &route_object);
	if (fields_parse(
		    &parser, session_words(session, &route_object), 0, &route, &origin, error) ||
		route_object.finish(&parser, &route, &origin, false, error))
		return -1;
	/* What may have to be undone at once, whatever was there before. */
	if (!transaction->policy.keep && transaction_fragile(transaction, &route_object, &route))
		transaction->policy.keep = true;
	if (survey_route(&transaction->policy, &route, error))
		return -1;
	if (command->variant != OPERATION_ADD &&
		transaction_watch(transaction, route.family, route.class.value, error))
		return -1;
	transaction_add(transaction, (enum operation)command->variant, &route_object, &route, NULL);
	return 0;
}
