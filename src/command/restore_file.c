/* The file of a restore: its scope, its lines, its end. */
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "command/restore.h"

enum { IPV6_METRIC = 1024 }; /* the kernel's, of routes that name none (IP6_RT_PRIO_USER) */

/* One line of either inventory, or of the file: words behind the verb, into a zeroed record. */
int restore_parse(struct restore *restore, struct words *words, const struct object *object,
	void *record, struct error *error)
{
	struct parser parser = session_parser(restore->session, words);
	struct origin origin;

	parser.arena = &restore->line;
	parser.family = AF_UNSPEC;
	parser.listed = true;
	origin_clear(&origin, object);
	if (fields_parse(
		    &parser, session_words(restore->session, object), 0, record, &origin, error))
		return -1;
	return object->finish(&parser, record, &origin, false, error);
}

static int refuse_outside(const struct restore *restore, struct error *error)
{
	error_at(error, &restore->words, -1, "this is not in the scope that the file names");
	return error_hint(error, "the first line says what the file is all of; what the kernel "
				 "made itself is never in it");
}

static int read_route(struct restore *restore, struct error *error)
{
	struct route route = {0};

	if (restore_parse(restore, &restore->words, &route_object, &route, error))
		return -1;
	if (route.family == AF_INET6 && !route.metric.value)
		route.metric = (struct number){true, IPV6_METRIC};
	if (!snapshot_has_route(&restore->scope, &route))
		return refuse_outside(restore, error);
	inventory_add(&restore->want, &route_object, &route)->line = (uint32_t)restore->words.line;
	return 0;
}

static int read_rule(struct restore *restore, struct error *error)
{
	struct rule rule = {0};

	if (restore_parse(restore, &restore->words, &rule_object, &rule, error))
		return -1;
	if (!rule.preference.given) {
		error_at(error, &restore->words, restore->words.count, "which pref?");
		return error_hint(error, "without it the rule would come anew each time");
	}
	if (!snapshot_has_rule(&restore->scope, &rule))
		return refuse_outside(restore, error);
	inventory_add(&restore->want, &rule_object, &rule)->line = (uint32_t)restore->words.line;
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

/* `# iproute -4 save class 250`, or the value of "save": the words behind `save`. */
static int read_scope(struct restore *restore, struct error *error)
{
	struct session *session = restore->session;
	uint8_t family = session->options.family;
	struct words words = {.word = restore->word, .file = restore->script.name, .line = 1};
	const char *text = restore->script.head;
	const char *reason = NULL;
	int status;

	if (restore->script.is_json)
		text = restore->words.count == 2 && !strcmp(restore->words.word[0], "save")
		               ? restore->words.word[1]
		               : "";
	else if (!strncmp(text, "# iproute ", 10))
		text += 10;
	restore->text = memory_string(text);
	words.count = words_cut(restore->text, restore->word, SCRIPT_WORDS_MAX, &reason);
	if (words_accept(&words, "-6"))
		session->options.family = AF_INET6;
	else if (words_accept(&words, "-4"))
		session->options.family = AF_INET;
	if (!words_accept(&words, "save")) {
		error_set(error, STATUS_WORDS, "%s does not begin with what it is all of",
			restore->script.name);
		status = error_hint(error, "the first line of `iproute save` says that; `iproute "
					   "batch` runs lines without it");
	} else {
		status = snapshot_scope_read(session, &words, &restore->scope, error);
		error->words = NULL;
	}
	session->options.family = family;
	return status;
}

int restore_read(struct restore *restore, struct error *error)
{
	struct script *script = &restore->script;

	if (script_next(script, &restore->words, error) || read_scope(restore, error))
		return -1;
	if (script->is_json && script_next(script, &restore->words, error))
		return -1;
	while (restore->words.count)
		if (read_line(restore, error) || script_next(script, &restore->words, error))
			return -1;
	if (!script->is_json && strcmp(script->tail, "# end") != 0)
		return error_set(error, STATUS_WORDS,
			"%s is cut off: its last line is not \"# end\"", script->name);
	return 0;
}
