/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the file of a restore: its extent, its lines, its end. */
#include <string.h>
#include <sys/socket.h>

#include "command/line_errors.h"
#include "command/restore.h"
#include "state/selection.h"

/* Reads the words after the verb into a zeroed record. */
static int parse(
	struct restore *restore, const struct object *object, void *record, struct error *error)
{
	struct parser parser = session_parser(restore->session, &restore->words);

	parser.arena = &restore->line;
	parser.family = AF_UNSPEC;
	parser.listed = true;
	return record_read(&parser, session_words(restore->session, object), PURPOSE_MAKE, record,
		NULL, error);
}

static int refuse_outside(const struct restore *restore, struct error *error)
{
	error_at(error, &restore->words, -1, "this is not in the scope that the file names");
	return error_hint(error, "the first line says what the file is all of; what the kernel "
				 "made itself is never in it");
}

/* `keep_key`: restore_names() searches records like this one. */
static void add_record(
	struct restore *restore, const struct object *object, const void *record, bool keep_key)
{
	struct record_item *item = records_add(&restore->want, object, record);

	item->line = (uint32_t)restore->words.line;
	restore->keys.size = sizeof item->key;
	if (keep_key)
		vector_push(&restore->keys, &item->key);
}

static int read_route(struct restore *restore, struct error *error)
{
	struct route route = {0};

	if (parse(restore, &route_object, &route, error))
		return -1;
	route_settle_metric(&route);
	if (!extent_has_route(&restore->extent, &route))
		return refuse_outside(restore, error);
	add_record(restore, &route_object, &route, record_is_foreign(&route_object, &route));
	return 0;
}

static int read_rule(struct restore *restore, struct error *error)
{
	struct rule rule = {0};

	if (parse(restore, &rule_object, &rule, error))
		return -1;
	if (!rule.preference.given) {
		error_at(error, &restore->words, restore->words.count, "which pref?");
		return error_hint(error, "without it the rule would come anew each time");
	}
	if (!extent_has_rule(&restore->extent, &rule))
		return refuse_outside(restore, error);
	add_record(restore, &rule_object, &rule, true);
	return 0;
}

static int read_line(struct restore *restore, struct error *error)
{
	const char *verb = words_take(&restore->words);

	arena_reset(&restore->line);
	if (!strcmp(verb, "add") || !strcmp(verb, "append"))
		return read_route(restore, error);
	if (!strcmp(verb, "addrule"))
		return read_rule(restore, error);
	error_at(error, &restore->words, 0, "\"%s\" does not belong into such a file", verb);
	return error_hint(error, "it holds lines of add, append and addrule; `iproute batch` runs "
				 "others");
}

static int read_head(struct restore *restore, struct error *error)
{
	const struct script *script = &restore->script;
	const char *head = script->head;

	if (script->is_json)
		head = restore->words.count == 2 && !strcmp(restore->words.word[0], "save")
		               ? restore->words.word[1]
		               : "";
	else if (*head != '#')
		head = "";
	return extent_read_head(
		restore->session, head, script->name, &restore->extent, &restore->named, error);
}

/* Reads every line, also after a wrong one. */
static int read_lines(struct restore *restore, struct error *error)
{
	struct line_errors errors = {
		.session = restore->session,
		.all = restore->session->options.force,
	};
	struct script *script = &restore->script;
	struct error wrong;
	size_t lines = 0;

	/* The first line has been read; in JSON it is the head. */
	if (script->is_json)
		restore->words.count = 0;
	for (;;) {
		bool read = restore->words.count != 0;
		int status = read ? read_line(restore, &wrong)
		                  : script_next(script, &restore->words, &wrong);

		lines += read || status;
		if (status && !wrong.words) {
			*error = wrong;
			return -1;
		}
		if (status)
			line_errors_note(&errors, &wrong);
		else if (!read && !restore->words.count)
			break;
		if (read || status)
			restore->words.count = 0;
	}
	if (!errors.count)
		return 0;
	return line_errors_refuse(&errors, script->name, lines, error);
}

/* A second restore would find one route where the file has two. */
static int refuse_joined(const struct restore *restore, struct error *error)
{
	size_t first, second;

	if (!records_joined(&restore->want, &first, &second))
		return 0;
	error_set(error, STATUS_WORDS, "%s:%u: the kernel makes one route of this and of line %u",
		restore->script.name, records_item(&restore->want, second)->line,
		records_item(&restore->want, first)->line);
	return error_hint(error, RECORDS_JOINED_HINT);
}

int restore_read(struct restore *restore, struct error *error)
{
	struct script *script = &restore->script;

	if (script_next(script, &restore->words, error) || read_head(restore, error))
		return -1;
	if (read_lines(restore, error))
		return -1;
	if (restore->named && !script->is_json && strcmp(script->tail, "# end") != 0)
		return error_set(error, STATUS_WORDS,
			"%s is cut off: its last line is not \"# end\"", script->name);
	vector_sort(&restore->keys, compare_uint64);
	return refuse_joined(restore, error);
}

bool restore_names(const struct restore *restore, const struct object *object, const void *record)
{
	uint64_t key = record_key(object, record);

	return vector_find(&restore->keys, &key, compare_uint64);
}
