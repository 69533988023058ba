/* monitor: what happens to routes and rules, each as a line in the grammar. */
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "command/command.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/events.h"
#include "output/json.h"
#include "policy/bindings.h"
#include "policy/mirror.h"
#include "policy/store.h"

enum {
	DUMP_ATTEMPTS = 10,
	TIME_MAX = 40,
};

struct monitor {
	struct session *session;
	struct events_wanted wanted;
	struct mirror mirror;
	struct arena arena; /* of one event's record */
	struct view view;
	bool settling; /* events may be older than the mirror: what changes nothing is not told */
	bool vanished; /* a device went: with it routes that the kernel does not tell of */
};

/* ---- telling ---- */

/* As in RFC 3339, with microseconds. */
static void time_text(char text[TIME_MAX])
{
	struct timespec now;
	struct tm parts;
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &parts);
	length = strftime(text, TIME_MAX, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, TIME_MAX - length, ".%06ld", now.tv_nsec / 1000);
}

static void tell_record(
	struct monitor *monitor, const char *verb, const struct object *object, const void *record)
{
	struct session *session = monitor->session;
	struct label time = {.word = "", .key = "time"};
	struct label label = {.word = verb, .key = verb};
	struct writer *writer = session->options.json ? json_lines_writer(&session->out)
	                                              : session_writer(session, "");
	char text[TIME_MAX];

	writer_open(writer);
	if (session->options.timestamp) {
		time_text(text);
		writer_string(writer, &time, TINT_NONE, text);
	}
	writer_object_open(writer, &label);
	fields_write(writer, object, record, &monitor->view, 0);
	writer_object_close(writer);
	writer_close(writer);
	writer_free(writer);
}

static const char *event_verb(const struct nlmsghdr *message, const struct object *object)
{
	bool rule = object == &rule_object;

	if (message->nlmsg_type == object->type_del)
		return rule ? "delrule" : "del";
	if (rule)
		return "addrule";
	return message->nlmsg_flags & NLM_F_REPLACE ? "replace" : "add";
}

static void hear_link(struct monitor *monitor, const struct nlmsghdr *message)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);

	links_forget(monitor->session->links);
	if (message->nlmsg_type == RTM_DELLINK ||
		(header->ifi_change & IFF_UP && !(header->ifi_flags & IFF_UP)))
		monitor->vanished = monitor->wanted.routes;
}

/* What nftables keeps of it is there before it comes, and goes after it. */
static void join_words(const struct object *object, void *record, bool gone)
{
	struct bindings bindings = {0};

	if (!bindings_concern(object, record))
		return;
	bindings_join(&bindings, object, record);
	bindings_free(&bindings);
	if (gone && object == &rule_object)
		((struct rule *)record)->part.given = false;
	else if (gone)
		((struct route *)record)->part.given = false;
}

static void hear(const struct nlmsghdr *message, void *context)
{
	struct monitor *monitor = context;
	uint16_t type = message->nlmsg_type;
	bool rule = type == RTM_NEWRULE || type == RTM_DELRULE;
	const struct object *object = rule ? &rule_object : &route_object;
	void *record;
	bool news;

	if (type == RTM_NEWLINK || type == RTM_DELLINK) {
		hear_link(monitor, message);
		return;
	}
	arena_reset(&monitor->arena);
	record = arena_get(&monitor->arena, object->size);
	if (fields_decode(object, message, &monitor->arena, record))
		return;
	if (type == object->type_del)
		news = mirror_remove(&monitor->mirror, object, record);
	else
		news = mirror_add(
			&monitor->mirror, object, record, message->nlmsg_flags & NLM_F_REPLACE);
	if (!news && monitor->settling)
		return;
	join_words(object, record, type == object->type_del);
	tell_record(monitor, event_verb(message, object), object, record);
}

/* ---- catching up ---- */

static bool mirror_record(const void *record, void *context)
{
	struct mirror *mirror = context;

	mirror_add(mirror, &route_object, record, false);
	return true;
}

static bool mirror_rule(const void *record, void *context)
{
	struct mirror *mirror = context;

	mirror_add(mirror, &rule_object, record, false);
	return true;
}

static int look(struct monitor *monitor, struct mirror *mirror, struct error *error)
{
	struct netlink *netlink = monitor->session->netlink;
	struct scope scope = {.family = monitor->wanted.family};
	bool interrupted = true;
	int status = 0;

	for (int i = 0; !status && interrupted && i < DUMP_ATTEMPTS; i++) {
		bool rules_changed = false;

		mirror_free(mirror);
		mirror_init(mirror, monitor->session->names);
		interrupted = false;
		if (monitor->wanted.routes)
			status = store_each(netlink, &route_object, &scope, mirror_record, mirror,
				&interrupted, error);
		if (!status && monitor->wanted.rules)
			status = store_each(netlink, &rule_object, &scope, mirror_rule, mirror,
				&rules_changed, error);
		interrupted |= rules_changed;
	}
	return status;
}

/* A line of the mirror, which the kernel did not tell: read back into a record. */
static void tell_line(void *context, const char *line, bool there, bool rule)
{
	struct monitor *monitor = context;
	struct session *session = monitor->session;
	const struct object *object = rule ? &rule_object : &route_object;
	const char *verb = there ? "add" : "del";
	char *copy = arena_copy(&monitor->arena, line, strlen(line) + 1);
	const char **word = arena_get(&monitor->arena, (strlen(line) + 1) * sizeof *word);
	void *record = arena_get(&monitor->arena, object->size);
	struct words words = {.word = word};
	struct parser parser;
	struct origin origin;
	struct error ignored;
	const char *reason;

	words.count = words_cut(copy, word, (int)strlen(line) + 1, &reason);
	parser = session_parser(session, &words);
	parser.arena = &monitor->arena;
	parser.family = AF_UNSPEC;
	origin_clear(&origin, object);
	if (!fields_parse(&parser, session_words(session, object), 0, record, &origin, &ignored) &&
		!object->finish(&parser, record, &origin, false, &ignored))
		tell_record(monitor,
			rule && there ? "addrule"
			: rule        ? "delrule"
				      : verb,
			object, record);
	arena_reset(&monitor->arena);
}

/* Asks for everything again, and tells what is different from what was told. */
static int catch_up(struct monitor *monitor, bool lost, struct error *error)
{
	struct session *session = monitor->session;
	struct mirror now;
	int status;

	if (lost && session->options.json)
		buffer_string(&session->out, "{\"resync\":true}\n");
	else if (lost)
		buffer_string(&session->out, "# events were lost: what they changed follows\n");
	mirror_init(&now, session->names);
	status = look(monitor, &now, error);
	if (!status)
		mirror_take_over(&monitor->mirror, &now, tell_line, monitor);
	mirror_free(&now);
	monitor->settling = true;
	monitor->vanished = false;
	return status;
}

static int watch(struct monitor *monitor, struct events *events, struct error *error)
{
	enum event_state state;
	int status = look(monitor, &monitor->mirror, error);

	monitor->settling = true;
	while (!status && !session_flush(monitor->session, true)) {
		status = events_next(events, hear, monitor, &state, error);
		if (status || state == EVENTS_ENDED)
			break;
		if (state == EVENTS_QUIET)
			monitor->settling = false;
		if (state == EVENTS_LOST || (state == EVENTS_QUIET && monitor->vanished))
			status = catch_up(monitor, state == EVENTS_LOST, error);
	}
	return status;
}

static int monitor_changes(
	struct session *session, const struct events_wanted *wanted, struct error *error)
{
	struct monitor *monitor = arena_get(&session->arena, sizeof *monitor);
	struct events *events = events_open(wanted, error);
	int status = -1;

	monitor->session = session;
	monitor->wanted = *wanted;
	monitor->view = session_view(session);
	monitor->view.family = AF_UNSPEC;
	mirror_init(&monitor->mirror, session->names);
	if (events)
		status = watch(monitor, events, error);
	events_close(events);
	mirror_free(&monitor->mirror);
	arena_free(&monitor->arena);
	return status;
}

int command_monitor(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct events_wanted wanted = {.family = session->options.family};

	(void)command;
	if (words_accept(words, "flows")) {
		if (!words_peek(words))
			return monitor_flows(session, error);
		return error_at(error, words, words->next, "flows stand alone");
	}
	for (bool taken = true; taken;) {
		taken = false;
		if (!wanted.routes && words_accept(words, "routes"))
			taken = wanted.routes = true;
		if (!wanted.rules && words_accept(words, "rules"))
			taken = wanted.rules = true;
	}
	if (words_peek(words)) {
		error_at(error, words, words->next, "monitor takes no \"%s\"", words_peek(words));
		return error_hint(error, "monitor [routes] [rules], or monitor flows");
	}
	if (!wanted.routes && !wanted.rules)
		wanted.routes = wanted.rules = true;
	return monitor_changes(session, &wanted, error);
}
