/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor: prints each change of a route or rule as a line of the grammar. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "command/command.h"
#include "model/route.h"
#include "model/rule.h"
#include "change/probe.h"
#include "netlink/events.h"
#include "output/json.h"
#include "state/bindings.h"
#include "state/mirror.h"
#include "state/own_watch.h"
#include "state/store.h"

enum {
	TIME_MAX = 40,
	AGAIN_AFTER = 1000, /* milliseconds */
};

/* Of a dump that others' changes interrupt again and again, records may be missing that are there.
 */
enum whole {
	WHOLE,
	START_PARTIAL, /* the dump at the start: the mirror lacks them */
	LATER_PARTIAL, /* a later one: the mirror keeps what was not seen */
};

struct monitor {
	struct session *session;
	struct events_wanted wanted;
	struct mirror mirror;
	struct own_watch own;
	struct arena arena; /* memory of the record of one notification */
	struct view view;
	bool settling; /* notifications may be older than the mirror: those that change nothing are
	                  not printed */
	enum whole whole;
	int64_t again; /* when the dump is repeated unless it was whole: CLOCK_MONOTONIC,
	                  milliseconds */
	bool vanished; /* a device was removed, and routes with it that the kernel doesn't report */
};

/* ---- reporting ---- */

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

static void report_record(
	struct monitor *monitor, const char *verb, const struct object *object, const void *record)
{
	struct session *session = monitor->session;
	struct label time = {.word = "", .key = "time"};
	struct label label = {.word = verb, .key = *verb == '#' ? "gone" : verb};
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

/* Prints a record, or the rule that it is a part of. Numbers of private classes are not shown. */
static void report(struct monitor *monitor, const char *verb, const struct object *object,
	void *record, bool added)
{
	struct rule rule = {0};

	switch (own_watch_note(&monitor->own, object, record, added, &monitor->arena, &rule)) {
	case OWN_OTHER:
		report_record(monitor, verb, object, record);
		break;
	case OWN_FILLED:
		report_record(monitor, "addrule", &rule_object, &rule);
		break;
	case OWN_GONE:
		report_record(monitor, "# gone:", &rule_object, &rule);
		break;
	case OWN_INNER:
		break;
	}
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

static void note_link(struct monitor *monitor, const struct nlmsghdr *message)
{
	const struct ifinfomsg *header = NLMSG_DATA(message);

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof *header))
		return;
	links_forget(monitor->session->links);
	if (message->nlmsg_type == RTM_DELLINK ||
		(header->ifi_change & IFF_UP && !(header->ifi_flags & IFF_UP)))
		monitor->vanished = monitor->wanted.routes;
}

/* The nftables part of a rule is added before it and removed after it. */
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

static void note_event(const struct nlmsghdr *message, void *context)
{
	struct monitor *monitor = context;
	uint16_t type = message->nlmsg_type;
	bool rule = type == RTM_NEWRULE || type == RTM_DELRULE;
	const struct object *object = rule ? &rule_object : &route_object;
	void *record;
	bool news;

	if (type == RTM_NEWLINK || type == RTM_DELLINK) {
		note_link(monitor, message);
		return;
	}
	arena_reset(&monitor->arena);
	record = arena_get(&monitor->arena, object->size);
	if (fields_decode(object, message, &monitor->arena, record) ||
		(rule && rule_is_probe(record)))
		return;
	if (type == object->type_del)
		news = mirror_remove(&monitor->mirror, object, record);
	else
		news = mirror_add(
			&monitor->mirror, object, record, message->nlmsg_flags & NLM_F_REPLACE);
	if (!news && monitor->settling)
		return;
	join_words(object, record, type == object->type_del);
	report(monitor, event_verb(message, object), object, record, type != object->type_del);
}

/* ---- catching up ---- */

struct looking {
	struct monitor *monitor;
	struct mirror *mirror;
};

/* The first dump also fills monitor->own; later, report() does that for each difference. */
static bool see(const struct looking *looking, const struct object *object, const void *record)
{
	struct monitor *monitor = looking->monitor;
	uint64_t copy[RECORD_MAX / sizeof(uint64_t)];
	struct rule ignored = {0};

	mirror_add(looking->mirror, object, record, false);
	if (looking->mirror != &monitor->mirror)
		return true;
	memcpy(copy, record, object->size);
	own_watch_note(&monitor->own, object, copy, true, &monitor->arena, &ignored);
	arena_reset(&monitor->arena);
	return true;
}

static bool see_route(const void *record, void *context)
{
	return see(context, &route_object, record);
}

static bool see_rule(const void *record, void *context)
{
	return rule_is_probe(record) || see(context, &rule_object, record);
}

static int look_once(void *context, bool *interrupted, struct error *error)
{
	const struct looking *looking = context;
	const struct monitor *monitor = looking->monitor;
	struct netlink *netlink = monitor->session->netlink;
	struct scope scope = {.family = monitor->wanted.family};
	bool rules_changed = false;
	int status = 0;

	mirror_free(looking->mirror);
	mirror_init(looking->mirror, monitor->session->names);
	*interrupted = false;
	if (monitor->wanted.routes)
		status = store_each(
			netlink, &route_object, &scope, see_route, context, interrupted, error);
	if (!status && monitor->wanted.rules)
		status = store_each(
			netlink, &rule_object, &scope, see_rule, context, &rules_changed, error);
	*interrupted |= rules_changed;
	return status;
}

static int64_t now_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Changes during the dump are corrected by the notifications that follow. `partial`: what it is if
 * they interrupted it. */
static int look(
	struct monitor *monitor, struct mirror *mirror, enum whole partial, struct error *error)
{
	struct looking looking = {monitor, mirror};
	bool interrupted = false;
	int status = store_repeat(look_once, &looking, &interrupted, error);

	monitor->whole = interrupted ? partial : WHOLE;
	monitor->again = now_milliseconds() + AGAIN_AFTER;
	return status;
}

/* Reads a line of the mirror, which the kernel didn't report, back into a record. */
static void report_line(void *context, const char *line, bool there, bool rule)
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
	struct error ignored;
	const char *reason;

	words.count = words_cut(copy, word, (int)strlen(line) + 1, &reason);
	parser = session_parser(session, &words);
	parser.arena = &monitor->arena;
	parser.family = AF_UNSPEC;
	if (!record_read(
		    &parser, session_words(session, object), PURPOSE_MAKE, record, NULL, &ignored))
		report(monitor,
			rule && there ? "addrule"
			: rule        ? "delrule"
				      : verb,
			object, record, there);
	arena_reset(&monitor->arena);
}

/* Dumps everything again and prints the difference to what was printed before. */
static int catch_up(struct monitor *monitor, bool lost, struct error *error)
{
	struct session *session = monitor->session;
	struct mirror now;
	int status;

	if (lost && session->options.json)
		buffer_string(&session->out, "{\"resync\":true}\n");
	else if (lost)
		buffer_string(&session->out, "# events were lost: what they changed follows\n");
	if (monitor->vanished)
		links_settle(session->links);
	mirror_init(&now, session->names);
	status = look(monitor, &now, LATER_PARTIAL, error);
	if (!status)
		mirror_take_over(
			&monitor->mirror, &now, monitor->whole == WHOLE, report_line, monitor);
	mirror_free(&now);
	monitor->settling = true;
	monitor->vanished = false;
	return status;
}

/* Repeats a dump that was not whole, once no notification is waiting. */
static int look_again(struct monitor *monitor, struct events *events, struct error *error)
{
	int64_t left = monitor->again - now_milliseconds();

	if (left > 0) {
		events_wake(events, (int)left);
		return 0;
	}
	if (monitor->whole == LATER_PARTIAL)
		return catch_up(monitor, false, error);
	/* None was lost since the start: what this dump has more was there. Those that come during
	 * the dump are printed as they come. */
	monitor->settling = false;
	return look(monitor, &monitor->mirror, START_PARTIAL, error);
}

static int watch(struct monitor *monitor, struct events *events, struct error *error)
{
	enum event_state state;
	int status = look(monitor, &monitor->mirror, START_PARTIAL, error);

	monitor->settling = true;
	while (!status && !session_flush(monitor->session, true)) {
		status = events_next(events, note_event, monitor, &state, error);
		if (status || state == EVENTS_ENDED)
			break;
		if (state == EVENTS_QUIET)
			monitor->settling = false;
		if (state == EVENTS_LOST || (state == EVENTS_QUIET && monitor->vanished))
			status = catch_up(monitor, state == EVENTS_LOST, error);
		else if (state == EVENTS_QUIET && monitor->whole != WHOLE)
			status = look_again(monitor, events, error);
		if (!status)
			status = session_check_names(monitor->session, error);
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
	own_watch_free(&monitor->own);
	arena_free(&monitor->arena);
	return status;
}

int command_monitor(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct events_wanted wanted = {.family = session->options.family};

	(void)command;
	if (session_check_output(session, error))
		return -1;
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
