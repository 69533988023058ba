/* What every command stands on: the kernel, the words, the output. */
#include "command/session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kind/names.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/json.h"
#include "output/text.h"
#include "policy/translation.h"

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

void session_close(struct session *session)
{
	policy_free(&session->judged);
	if (session->netlink) {
		links_close(session->links);
		netlink_close(session->netlink);
	}
	for (size_t i = 0; i < sizeof session->lexicons / sizeof *session->lexicons; i++)
		lexicon_free(session->lexicons[i]);
	names_free(session->names);
	arena_free(&session->arena);
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

const struct lexicon *session_words(struct session *session, const struct object *object)
{
	struct lexicon **lexicon = session->lexicons;

	if (!object)
		return NULL;
	while (*lexicon && lexicon_object(*lexicon) != object)
		lexicon++;
	if (!*lexicon)
		*lexicon = lexicon_new(object, DIALECT_OWN);
	return *lexicon;
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
	size_t done = 0;

	if (!now && session->out.length < FLUSH_AT)
		return 0;
	while (done < session->out.length) {
		ssize_t written =
			write(STDOUT_FILENO, session->out.data + done, session->out.length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		done += (size_t)written;
	}
	buffer_reset(&session->out);
	return 0;
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
