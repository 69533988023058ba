/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds the kernel's socket, the keywords and the output of one run. */
#include "command/session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/streams.h"
#include "names/names.h"
#include "netlink/lock.h"
#include "output/json.h"
#include "output/text.h"

enum {
	FLUSH_AT = 64 * 1024,
	RECORDS_HINTED = 10,
};

int session_open(struct session *session, struct error *error)
{
	if (session->netlink)
		return 0;
	session->netlink = netlink_open(error);
	if (!session->netlink)
		return -1;
	session->judged.netlink = session->netlink;
	session->links = links_open();
	names_devices(session->names, links_source(session->links));
	return 0;
}

static void report_waiting(void *context, const char *holder)
{
	struct session *session = context;
	struct error warning;

	error_set(&warning, STATUS_DONE, "waiting for %s to finish its changes", holder);
	session->report(&warning);
}

int session_lock(struct session *session, struct error *error)
{
	if (session->lock || session->options.dry_run)
		return 0;
	return lock_take(&session->lock, report_waiting, session, error);
}

void session_unlock(struct session *session)
{
	lock_give(session->lock);
	session->lock = NULL;
}

void session_close(struct session *session)
{
	session_unlock(session);
	policy_free(&session->judged);
	if (session->netlink) {
		links_close(session->links);
		netlink_close(session->netlink);
	}
	for (size_t i = 0; i < sizeof session->keyword_sets / sizeof *session->keyword_sets; i++)
		keywords_free(session->keyword_sets[i]);
	names_free(session->names);
	arena_free(&session->arena);
	arena_free(&session->line);
	buffer_free(&session->out);
}

struct parser session_parser(struct session *session, struct words *words)
{
	return (struct parser){
		.words = words,
		.names = session->names,
		.arena = &session->arena,
		.family = session->options.family,
		.family_word = -1,
		.fib_model = session->options.fib_model,
	};
}

const struct keywords *session_words(struct session *session, const struct object *object)
{
	struct keywords **keywords = session->keyword_sets;

	if (!object)
		return NULL;
	while (*keywords && keywords_object(*keywords) != object)
		keywords++;
	if (!*keywords)
		*keywords = keywords_new(object, DIALECT_OWN);
	return *keywords;
}

struct view session_view(const struct session *session)
{
	return (struct view){
		.names = session->names,
		.numeric = session->options.numeric,
		.details = session->options.details,
		.statistics = session->options.statistics,
		.family = session->options.family,
	};
}

bool session_colour(const struct session *session)
{
	return session->options.colour == COLOUR_ALWAYS ||
	       (session->options.colour == COLOUR_AUTO && isatty(STDOUT_FILENO));
}

struct writer *session_writer(struct session *session, const char *prefix)
{
	if (session->options.json)
		return json_writer(&session->out, session->options.pretty);
	return text_writer(&session->out, SPACING_BETWEEN, session_colour(session), prefix);
}

struct writer *session_columns(
	struct session *session, const char *title, const struct column *columns)
{
	if (session->options.json)
		return json_writer(&session->out, session->options.pretty);
	return columns_writer(&session->out, title, columns, session_colour(session));
}

int session_flush(struct session *session, bool now)
{
	if (!now && session->out.length < FLUSH_AT)
		return session->output_error ? -1 : 0;
	if (!session->output_error &&
		stream_write(session->output, session->out.data, session->out.length))
		session->output_error = errno;
	buffer_reset(&session->out);
	return session->output_error ? -1 : 0;
}

static int refuse_output(int number, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "cannot write: %s", strerror(number));
}

int session_check_output(const struct session *session, struct error *error)
{
	return stream_is_writable(session->output) ? 0 : refuse_output(EBADF, error);
}

int session_check_names(const struct session *session, struct error *error)
{
	const char *failure = names_failure(session->names);

	if (failure)
		return error_set(error, STATUS_REFUSED, "cannot read %s", failure);
	return session->links ? links_check(session->links, error) : 0;
}

int session_finish(struct session *session, struct error *error)
{
	session_flush(session, true);
	/* NFS reports a full disk only here. */
	if (close(session->output) && !session->output_error)
		session->output_error = errno;
	if (!session->output_error)
		return 0;
	if (session->output_error == EPIPE)
		return error_set(error, STATUS_REFUSED, "%s", "");
	return refuse_output(session->output_error, error);
}

void session_keep_error(struct session *session, struct error *error)
{
	struct words *words;
	const char **word;

	if (!error->words)
		return;
	words = arena_copy(&session->arena, error->words, sizeof *words);
	word = arena_get(&session->arena, (size_t)(words->count + 1) * sizeof *word);
	for (int i = 0; i < words->count; i++)
		word[i] = arena_copy(&session->arena, words->word[i], strlen(words->word[i]) + 1);
	words->word = word;
	if (words->file)
		words->file = arena_copy(&session->arena, words->file, strlen(words->file) + 1);
	error->words = words;
}

void session_say(struct session *session, const char *text)
{
	if (session->options.json)
		return;
	buffer_string(&session->out, text);
	buffer_char(&session->out, '\n');
}

void session_warn_interrupted(struct session *session, const struct object *object)
{
	struct error warning;

	error_set(&warning, STATUS_DONE,
		"the %ss changed while they were listed: some may be missing or shown twice",
		object->name);
	session->report(&warning);
}

int session_hint_records(struct session *session, struct error *error, const char *lead,
	const struct object *object, const void *const *records, size_t count)
{
	struct buffer text = {0};
	struct view view = session_view(session);
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "    ");

	view.family = AF_UNSPEC;
	buffer_string(&text, lead);
	buffer_char(&text, '\n');
	writer_begin(writer);
	for (size_t i = 0; i < count && i < RECORDS_HINTED; i++)
		fields_render(writer, object, records[i], &view);
	writer_end(writer);
	writer_free(writer);
	if (count > RECORDS_HINTED)
		buffer_format(&text, "    ... and %zu more\n", count - RECORDS_HINTED);
	if (text.length && text.data[text.length - 1] == '\n')
		text.length--;
	error_hint(error, "%s", buffer_text(&text));
	buffer_free(&text);
	return -1;
}
