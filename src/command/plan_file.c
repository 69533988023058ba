/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the file of a plan: its owner, routes and rules. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "command/command.h"
#include "command/last_good.h"
#include "command/line_errors.h"
#include "command/plan.h"
#include "model/binding.h"
#include "state/host_rules.h"

/* Adds the rules that every kernel starts with: the preference of rules without one depends on
 * them. */
static void begin_rules(struct plan *plan, uint8_t family)
{
	static const uint32_t preferences[] = {0, 32766, 32767};
	struct rule_set *set = &plan->rules[family == AF_INET6];

	rule_set_init(set);
	for (size_t i = 0; i < (family == AF_INET6 ? 2 : 3); i++) {
		struct rule rule = {.family = family, .preference = {true, preferences[i]}};

		rule_set_add(set, &rule, &plan->kept);
	}
}

static void begin(struct plan *plan, struct session *session, const char *name)
{
	*plan = (struct plan){
		.session = session,
		.name = name,
		.owner = PROTOCOL_POLICY,
		.owner_name = "policy",
		.places.size = sizeof(struct plan_place),
		.keys.size = sizeof(uint64_t),
		.expectations.size = sizeof(struct words),
		.waiting.size = sizeof(struct plan_waiting),
		.refusals.size = sizeof(struct plan_refusal),
	};
	begin_rules(plan, AF_INET);
	begin_rules(plan, AF_INET6);
	plan->reconcile.have = &plan->have;
	plan->reconcile.want = &plan->want;
	plan_begin(plan);
}

static void end(struct plan *plan)
{
	policy_lines_close(&plan->lines);
	rule_set_free(&plan->rules[0]);
	rule_set_free(&plan->rules[1]);
	arena_free(&plan->line);
	arena_free(&plan->kept);
	vector_free(&plan->places);
	records_free(&plan->want);
	records_free(&plan->kernel);
	records_free(&plan->have);
	records_free(&plan->others);
	vector_free(&plan->keys);
	vector_free(&plan->expectations);
	vector_free(&plan->waiting);
	vector_free(&plan->refusals);
	buffer_free(&plan->copy);
	reconcile_free(&plan->reconcile);
	transaction_free(&plan->transaction);
}

void plan_begin(struct plan *plan)
{
	transaction_free(&plan->transaction);
	session_begin(plan->session, &plan->transaction);
	plan->transaction.bare_rules = plan->session->options.partial;
}

int plan_run(struct session *session, const struct command *command, struct words *words,
	int (*run)(struct plan *plan, struct error *error), struct error *error)
{
	const char *name = words_take(words);
	struct plan plan;
	int status;

	if (words_peek(words))
		return error_at(error, words, words->next, "%s takes one file", command->verb);
	begin(&plan, session, name ? name : PLAN_FILE);
	status = run(&plan, error);
	if (status)
		session_keep_error(session, error);
	end(&plan);
	return status;
}

/* ---- the owner ---- */

/* Sets the owner's protocol; the words must not give another one. */
static int own_record(struct plan *plan, struct byte *protocol, const struct byte *owner,
	const struct origin *origin, struct error *error)
{
	int word = origin_value(origin, "proto");

	if (word >= 0 && (owner->given ? owner : protocol)->value != plan->owner) {
		error_at(error, &plan->words, word, "%s is not the owner of this file",
			plan->words.word[word]);
		return error_hint(error,
			"what the file declares carries its owner, %s; leave the "
			"word out",
			plan->owner_name);
	}
	*protocol = (struct byte){.given = true, .value = (uint8_t)plan->owner};
	return 0;
}

/* ---- records ---- */

/* `absent`: accept devices that do not exist. */
static int parse(struct plan *plan, const struct object *object, bool absent, void *record,
	struct origin *origin, struct error *error)
{
	struct parser parser = session_parser(plan->session, &plan->words);

	parser.arena = &plan->line;
	parser.listed = true;
	parser.absent = absent;
	return record_read(
		&parser, session_words(plan->session, object), PURPOSE_MAKE, record, origin, error);
}

static void add_record(
	struct plan *plan, struct records *records, const struct object *object, const void *record)
{
	struct record_item *item = records_add(records, object, record);

	item->line = plan->lines.number;
	vector_push(&plan->keys, &item->key);
}

static int read_route(struct plan *plan, struct error *error)
{
	struct route route = {0};
	struct origin origin;

	if (parse(plan, &route_object, false, &route, &origin, error) ||
		own_record(plan, &route.protocol, &route.owner, &origin, error))
		return -1;
	if (route.nat.given) {
		route.owner = (struct byte){true, (uint8_t)plan->owner};
		route.protocol = (struct byte){true, PROTOCOL_TRANSLATED};
	}
	route_settle_metric(&route);
	add_record(plan, &plan->want, &route_object, &route);
	return 0;
}

static void place_rule(struct plan *plan, struct rule *rule)
{
	struct rule_set *set = &plan->rules[rule->family == AF_INET6];

	rule_set_add(set, rule, &plan->kept);
	rule->preference =
		((const struct rule *)vector_at(&set->rules, set->rules.count - 1))->preference;
}

/* Reads a rule; with -partial also one whose own route needs a device that does not exist. */
static int parse_rule(
	struct plan *plan, struct rule *rule, struct origin *origin, struct error *error)
{
	int first = plan->words.next;
	struct error ignored;

	if (!parse(plan, &rule_object, false, rule, origin, error))
		return 0;
	if (!plan_may_be_bare(plan, error))
		return -1;
	plan->words.next = first;
	*rule = (struct rule){0};
	if (parse(plan, &rule_object, true, rule, origin, &ignored) ||
		!plan_is_absent(plan, rule->own.record))
		return -1;
	plan_note_bare(plan, error);
	return 0;
}

static int read_rule(struct plan *plan, struct error *error)
{
	struct rule rule = {0};
	struct origin origin;

	if (parse_rule(plan, &rule, &origin, error))
		return -1;
	if (rule_is_builtin(&rule)) {
		add_record(plan, &plan->kernel, &rule_object, &rule);
		return 0;
	}
	if (own_record(plan, &rule.protocol, &rule.owner, &origin, error))
		return -1;
	/* The rule gets its own protocol when it is added. */
	if (rule_hides_owner(&rule)) {
		rule.owner = (struct byte){true, (uint8_t)plan->owner};
		rule.protocol.given = false;
	}
	place_rule(plan, &rule);
	add_record(plan, &plan->want, &rule_object, &rule);
	return 0;
}

/* The rules of `local-policy off` belong to the owner, like all others. */
static int read_local_policy(struct plan *plan, struct error *error)
{
	struct parser parser = session_parser(plan->session, &plan->words);
	struct vector rules = {.size = sizeof(struct rule)};
	struct host_rules wanted;

	parser.arena = &plan->line;
	if (host_rules_read(&parser, session_words(plan->session, &rule_object), &wanted, error))
		return -1;
	host_rules_make(&wanted, AF_INET, &rules);
	host_rules_make(&wanted, AF_INET6, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		struct rule *rule = vector_at(&rules, i);

		rule->protocol.value = (uint8_t)plan->owner;
		add_record(plan, &plan->want, &rule_object, rule);
	}
	vector_free(&rules);
	return 0;
}

/* Returns true for lines about devices and packets, which are no routes or rules. */
static bool is_aside(const char *verb)
{
	return !strcmp(verb, "link") || !strcmp(verb, "addr") || !strcmp(verb, "expect") ||
	       !strcmp(verb, "save");
}

static const char *keep_text(struct plan *plan, const char *text)
{
	return arena_copy(&plan->kept, text, strlen(text) + 1);
}

/* A line of standard input cannot be read again. */
static void keep_expectation(struct plan *plan)
{
	size_t count = (size_t)plan->words.count;
	const char **word = arena_get(&plan->kept, (count + 1) * sizeof *word);
	struct words kept = plan->words;

	for (size_t i = 0; i < count; i++)
		word[i] = keep_text(plan, plan->words.word[i]);
	kept.word = word;
	kept.file = keep_text(plan, plan->words.file);
	vector_push(&plan->expectations, &kept);
}

static int read_line(struct plan *plan, struct error *error)
{
	const char *verb = words_take(&plan->words);

	arena_reset(&plan->line);
	if (!strcmp(verb, "add") || !strcmp(verb, "append"))
		return read_route(plan, error);
	if (!strcmp(verb, "addrule"))
		return read_rule(plan, error);
	if (!strcmp(verb, "local-policy"))
		return read_local_policy(plan, error);
	if (!strcmp(verb, "expect"))
		keep_expectation(plan);
	if (is_aside(verb))
		return 0;
	return policy_lines_refuse(&plan->words, error);
}

static void note_place(struct plan *plan)
{
	const struct plan_place *last =
		plan->places.count ? vector_at(&plan->places, plan->places.count - 1) : NULL;
	struct plan_place place = {.line = plan->words.line};

	place.file = last && !strcmp(last->file, plan->words.file)
	                     ? last->file
	                     : keep_text(plan, plan->words.file);
	vector_push(&plan->places, &place);
}

/* A second apply would find one route where the file has two. */
static int refuse_joined(struct plan *plan, struct error *error)
{
	const struct plan_place *one, *two;
	size_t first, second;

	if (!records_joined(&plan->want, &first, &second))
		return 0;
	one = vector_at(&plan->places, records_item(&plan->want, first)->line - 1);
	two = vector_at(&plan->places, records_item(&plan->want, second)->line - 1);
	error_set(error, STATUS_WORDS, "%s:%d: the kernel makes one route of this and of %s:%d",
		two->file, two->line, one->file, one->line);
	return error_hint(error, RECORDS_JOINED_HINT);
}

static int take_line(struct plan *plan, struct error *error)
{
	note_place(plan);
	last_good_note(plan);
	if (!read_line(plan, error) || plan_may_wait(plan, error))
		return 0;
	policy_lines_suggest(&plan->lines, error);
	return -1;
}

/* Reads every line, also after a wrong one. */
static int read_lines(struct plan *plan, struct error *error)
{
	struct line_errors errors = {.session = plan->session, .all = plan->session->options.force};
	struct error wrong = {0};
	size_t lines = 0;

	for (;; lines++) {
		int status = policy_lines_next(&plan->lines, &plan->words, &wrong);

		if (status && !wrong.words) {
			*error = wrong;
			return -1;
		}
		if (!status && !plan->words.count)
			break;
		if (!status && plan->lines.number == 1 && plan_find_owner(plan, &wrong)) {
			line_errors_note(&errors, &wrong);
			lines++;
		}
		if (status || take_line(plan, &wrong))
			line_errors_note(&errors, &wrong);
	}
	return errors.count ? line_errors_refuse(&errors, plan->name, lines, error) : 0;
}

/* The host has no policy yet. */
static int open_file(struct plan *plan, struct error *error)
{
	if (!policy_lines_open(&plan->lines, plan->name, error))
		return 0;
	return strcmp(plan->name, PLAN_FILE) || errno != ENOENT
	               ? -1
	               : error_hint(error, "this host has no policy yet: write that file, as `man "
					   "iproute-policy` shows, or name another one");
}

int plan_read(struct plan *plan, struct error *error)
{
	if (open_file(plan, error) || read_lines(plan, error) || refuse_joined(plan, error))
		return -1;
	/* A file that declares nothing may name the owner. */
	return plan->lines.number ? 0 : plan_find_owner(plan, error);
}
