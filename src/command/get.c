/* get: the route that a packet would take, or who refuses it. */
#include <errno.h>

#include "command/command.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/lookup.h"
#include "policy/refusal.h"

/* What the errno of a look-up means; the kernel has no sentence for these. */
static const struct verdict {
	int number;
	const char *text;
	const char *otherwise; /* when nobody is found that did it */
} verdicts[] = {
	{EINVAL, "the packet is dropped without an answer",
		"a drop route or rule does that, an address that no packet may have, or for one "
		"that comes in reverse path filtering (net.ipv4.conf.DEV.rp_filter)"},
	{EACCES, "the packet is prohibited: its sender would be told so",
		"a prohibit route or rule does that"},
	{EHOSTUNREACH, "the packet is rejected by a route: its sender would be told so",
		"a reject route does that"},
	{ENETUNREACH, "no rule leads to a route for this packet",
		"`iproute -r` lists the rules in the order they are asked"},
	{EXDEV, "such a packet may not come in there: the way back to its source leads elsewhere",
		"this is reverse path filtering: net.ipv4.conf.DEV.rp_filter"},
};

static const struct verdict *find_verdict(int number)
{
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
		if (verdicts[i].number == number)
			return &verdicts[i];
	return NULL;
}

/* Adds those who may have done it to the error's hint; false: there are none. */
static bool hint_suspects(struct session *session, const struct object *object,
	const struct vector *suspects, struct error *error)
{
	const void **records = arena_get(&session->arena, suspects->count * sizeof *records);

	if (!suspects->count)
		return false;
	for (size_t i = 0; i < suspects->count; i++)
		records[i] = vector_at(suspects, i);
	session_hint_records(session, error,
		object == &rule_object ? "by a rule, perhaps:" : "by a route, perhaps:", object,
		records, suspects->count);
	return true;
}

static int explain(struct session *session, const struct packet *packet,
	const struct lookup *lookup, struct words *words, const struct origin *origin,
	struct error *error)
{
	const struct verdict *verdict = find_verdict(lookup->answer.number);
	struct vector routes = {0};
	struct vector rules = {0};

	if (!verdict || *lookup->answer.sentence)
		return refusal_explain(
			&lookup->answer, (struct nlmsghdr *)lookup->request, words, origin, error);
	error_at(error, words, -1, "%s (%s)", verdict->text, strerrorname_np(verdict->number));
	error->status = STATUS_REFUSED;
	lookup_suspects(
		session->netlink, packet, verdict->number, &session->arena, &routes, &rules);
	if (!hint_suspects(session, &rule_object, &rules, error) &&
		!hint_suspects(session, &route_object, &routes, error))
		error_hint(error, "%s", verdict->otherwise);
	vector_free(&routes);
	vector_free(&rules);
	return -1;
}

int command_get(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct packet packet = {0};
	struct origin origin;
	struct lookup lookup;
	struct view view;
	struct writer *writer;

	(void)command;
	origin_clear(&origin, &packet_object);
	if (fields_parse(
		    &parser, session_words(session, &packet_object), 0, &packet, &origin, error) ||
		packet_object.finish(&parser, &packet, &origin, false, error) ||
		lookup_ask(session->netlink, &packet, &session->arena, &lookup, error))
		return -1;
	if (lookup.answer.number)
		return explain(session, &packet, &lookup, words, &origin, error);
	/* Made for this packet: nobody put it there, and the kernel says scope 0 of all of them. */
	if (!packet.match.given) {
		lookup.route.protocol.given = false;
		lookup.route.scope.given = false;
	}
	view = session_view(session);
	/* True of every answer, or nothing that was asked. */
	if (!view.details)
		lookup.route.cached.given = false;
	if (!view.details && !packet.source.given)
		lookup.route.from.given = false;
	if (!view.details && !packet.uid.given)
		lookup.route.user.given = false;
	writer = session_writer(session, "");
	writer_begin(writer);
	fields_render(writer, &route_object, &lookup.route, &view);
	writer_end(writer);
	writer_free(writer);
	return 0;
}
